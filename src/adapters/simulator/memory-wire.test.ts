import { expect, test } from "vitest";
import { SeededChance } from "#adapters/host/chance.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import type { HttpOutcome, HttpRequest, SocketListener } from "#ports/wire.ts";
import { change, placement, type Stage, stage } from "../../../test/simulator-kit.ts";
import type { MemoryWire } from "./memory-wire.ts";
import { MEMORY_HOSTS, wireTo } from "./venues.ts";

function request(given: Partial<HttpRequest> = {}): HttpRequest {
  const origin = MEMORY_HOSTS.binance.rest;
  return { method: "GET", origin, target: "/fapi/v1/time", headers: {}, body: "", timeoutMs: 1_000, ...given };
}

function wired(seed = "a"): Stage & { readonly wire: MemoryWire } {
  const here = stage();
  return { ...here, wire: wireTo(here.venues, here.clock, new SeededChance(seed)) };
}

async function outcome(here: ReturnType<typeof wired>, given: Partial<HttpRequest> = {}): Promise<HttpOutcome> {
  const sent = here.wire.send(request(given));
  await here.clock.runUntil(after(here.clock.now(), 2_000));
  return sent;
}

test("an answer takes its time, there and back", async () => {
  const here = wired();
  const start = here.clock.now();
  const said = await outcome(here);
  if (said.outcome !== "answered") throw new Error(said.outcome);
  const { serverTime } = JSON.parse(said.body) as { serverTime: number };
  expect(serverTime).toBeGreaterThanOrEqual(start + 2);
  expect(serverTime).toBeLessThanOrEqual(start + 8);
});

test("what may not leave does not", async () => {
  expect(await outcome(wired(), { mayLeave: () => false })).toEqual({ outcome: "withheld" });
});

test("nobody there, or nobody known", async () => {
  const here = wired();
  here.wire.takeDown(MEMORY_HOSTS.binance.rest);
  expect(await outcome(here)).toMatchObject({ outcome: "unreachable" });
  here.wire.putUp(MEMORY_HOSTS.binance.rest);
  expect(await outcome(here)).toMatchObject({ outcome: "answered" });
  expect(await outcome(here, { origin: "http://elsewhere.sim" })).toMatchObject({ outcome: "unreachable" });
  here.venues.misfortune.next(BINANCE_UM, "refuse_connection");
  expect(await outcome(here)).toMatchObject({ outcome: "unreachable" });
});

test("no answer in time is a lost one", async () => {
  const here = wired();
  expect(await outcome(here, { timeoutMs: 3 })).toMatchObject({ outcome: "lost" });
});

async function story(seed: string): Promise<string[]> {
  const here = wired(seed);
  const { clock, venues, wire } = here;
  const told: string[] = [];
  const listener = (name: string): SocketListener => ({
    opened: () => told.push(`${clock.now()} ${name} opened`),
    message: (bytes) => told.push(`${clock.now()} ${name} ${Buffer.from(bytes).toString()}`),
    closed: (code) => told.push(`${clock.now()} ${name} closed ${code}`),
  });
  const key = venues.binance.dialect.listenKeys.open();
  wire.open(`${MEMORY_HOSTS.binance.ws}/public/ws/btcusdt@bookTicker/btcusdt@depth@0ms`, listener("public"));
  wire.open(`${MEMORY_HOSTS.binance.ws}/private/ws/${key}`, listener("private"));
  wire.open(`${MEMORY_HOSTS.binance.ws}/nowhere`, listener("nowhere"));
  await clock.runUntil(after(clock.now(), 20));
  for (let count = 1; count <= 5; count += 1) {
    change(venues.binance.exchange, 1_000 + count, [["59990", `${count}`]], []);
    venues.binance.exchange.place(placement({ clientOrderId: `n${count}` }));
    await clock.runUntil(after(clock.now(), 1));
  }
  void wire.send(request()).then((said) => told.push(`${clock.now()} ${JSON.stringify(said)}`));
  await clock.runUntil(after(clock.now(), 100));
  await wire.close();
  return told;
}

test("the same seed tells the same story, another one another", async () => {
  const first = await story("a");
  expect(first.length).toBeGreaterThan(20);
  expect(await story("a")).toEqual(first);
  expect(await story("b")).not.toEqual(first);
});

test("messages of one socket never overtake each other, and each socket ends once", async () => {
  const told = await story("c");
  const orders = told.flatMap((line) => /private .*"x":"NEW".*"i":(\d+)/.exec(line)?.[1] ?? []);
  expect(orders).toEqual(orders.toSorted());
  expect(orders).toHaveLength(5);
  expect(told.filter((line) => line.includes("closed"))).toHaveLength(3);
});
