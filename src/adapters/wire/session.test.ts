import { expect, test } from "vitest";
import type { Instant } from "#domain/time.ts";
import type { Socket, SocketListener } from "#ports/wire.ts";
import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { type Heartbeat, Session } from "./session.ts";

function aSession(heartbeat: Heartbeat = { kind: "text", everyMs: 1_000, ping: "ping", pong: "pong" }) {
  const clock = new VirtualClock(0 as Instant);
  const opened: { url: string; listener: SocketListener; sent: string[]; closed: boolean }[] = [];
  const said: string[] = [];
  const addresses: (string | null)[] = [];
  const sockets = {
    open(url: string, listener: SocketListener): Socket {
      const record = { url, listener, sent: [] as string[], closed: false };
      opened.push(record);
      return {
        send: (text) => record.sent.push(text) > 0,
        ping: () => void record.sent.push("<ping>"),
        close: () => {
          record.closed = true;
        },
      };
    },
  };
  const session = new Session(
    { clock, chance: new SeededChance(1), sockets, log: { write: () => undefined } },
    {
      name: "test",
      url: () => Promise.resolve(addresses.length > 0 ? (addresses.shift() ?? null) : "ws://venue.test"),
      heartbeat,
      silenceMs: 3_000,
      opened: () => said.push("opened"),
      message: (text) => said.push(text),
      down: (says) => said.push(`down: ${says}`),
    },
  );
  const pass = (milliseconds: number): Promise<void> => clock.runUntil((clock.now() + milliseconds) as Instant);
  const last = () => opened.at(-1) ?? expect.fail("nothing was opened");
  return { clock, session, opened, said, addresses, pass, last };
}

test("it pings in words, keeps the answer to itself, and gives up on silence", async () => {
  const { session, said, pass, last, opened } = aSession();
  session.start();
  await pass(0);
  const first = last();
  first.listener.opened();
  await pass(1_000);
  expect(first.sent).toEqual(["ping"]);
  first.listener.message(Buffer.from("pong"));
  await pass(2_900);
  expect(said).toEqual(["opened"]);
  await pass(1_200);
  expect(said).toEqual(["opened", "down: silent for 3000 ms"]);
  expect(first.closed).toBe(true);
  await pass(1_000);
  expect(opened).toHaveLength(2);
});

test("a protocol heartbeat pings frames", async () => {
  const { session, pass, last } = aSession({ kind: "protocol", everyMs: 1_000 });
  session.start();
  await pass(0);
  last().listener.opened();
  await pass(2_000);
  expect(last().sent).toEqual(["<ping>", "<ping>"]);
});

test("what an abandoned socket still says is not heard", async () => {
  const { session, said, pass, last } = aSession();
  session.start();
  await pass(0);
  const first = last();
  first.listener.opened();
  session.restart("on purpose");
  first.listener.message(Buffer.from("late"));
  first.listener.closed(1000, "");
  expect(said).toEqual(["opened", "down: on purpose"]);
  expect(session.send("x")).toBe(false);
});

test("each failure waits longer, and never forever", async () => {
  const { session, pass, last, opened, clock } = aSession();
  session.start();
  await pass(0);
  const waits: number[] = [];
  for (let tries = 0; tries < 9; tries += 1) {
    const count = opened.length;
    const from = clock.now();
    last().listener.closed(1006, "refused");
    while (opened.length === count) await pass(10);
    waits.push(clock.now() - from);
  }
  expect(waits[0]).toBeLessThanOrEqual(260);
  expect(waits[8]).toBeGreaterThan(7_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(15_010);
});

test("without an address it tries again; never open, it was never down", async () => {
  const { session, said, addresses, pass, opened } = aSession();
  addresses.push(null, null);
  session.start();
  await pass(0);
  expect(opened).toHaveLength(0);
  await pass(2_000);
  expect(opened).toHaveLength(1);
  expect(said).toEqual([]);
});

test("closed is closed", async () => {
  const { session, said, pass, last, opened, clock } = aSession();
  session.start();
  await pass(0);
  last().listener.opened();
  session.close();
  expect(last().closed).toBe(true);
  await pass(100_000);
  expect(opened).toHaveLength(1);
  expect(said).toEqual(["opened"]);
  expect(clock.nextDue()).toBeNull();
});
