import { expect, test } from "vitest";
import { HOUR } from "#domain/time.ts";
import { isFields, parseExact } from "#adapters/wire/json.ts";
import { scriptedWorld } from "../../../test/scripted-wire.ts";
import { OrderEntry } from "./order-entry.ts";
import type { LineWords } from "./order-line.ts";
import type { Said } from "./rest.ts";

/** A venue of the simplest words: `{"id","ok"}`, `login`, `closing`. */
function words(given: Partial<LineWords<unknown>> = {}): LineWords<unknown> {
  return {
    name: "test orders",
    url: "ws://orders.test",
    heartbeat: { kind: "protocol", everyMs: 15_000 },
    silenceMs: Number.POSITIVE_INFINITY,
    lifeMs: 23 * HOUR,
    login: () => null,
    read: (text) => {
      const frame = parseExact(text);
      if (!isFields(frame)) return { kind: "other" };
      if (frame["closing"] === true) return { kind: "closing" };
      if (frame["login"] === "yes") return { kind: "logged-in" };
      if (typeof frame["login"] === "string") {
        return { kind: "login-refused", fault: { kind: "venue-stop", code: "1", says: frame["login"] } };
      }
      return { kind: "answer", id: `${frame["id"]}`, said: { said: "yes", body: frame["ok"] } };
    },
    ...given,
  };
}

async function opened(given: Partial<LineWords<unknown>> = {}) {
  const world = scriptedWorld();
  const entry = new OrderEntry(world.deps, words(given), () => {
    world.asked.push("clock");
    return Promise.resolve();
  });
  entry.start();
  await world.pass(0);
  world.sockets.latest("orders").listener.opened();
  const late: Said<unknown>[] = [];
  const write = (id: string, timeoutMs = 5_000) =>
    entry.line()?.write({ id, text: `order ${id}`, timeoutMs, late: (said) => late.push(said) }) ?? null;
  const socket = (index: number) => world.sockets.all[index] ?? expect.fail(`no socket ${index}`);
  return { world, entry, late, write, socket };
}

test("answers find their requests by id, in any order, once", async () => {
  const { write, socket } = await opened();
  const [first, second] = [write("a"), write("b")];
  socket(0).listener.message('{"id":"b","ok":2}');
  socket(0).listener.message('{"id":"b","ok":3}');
  socket(0).listener.message('{"id":"a","ok":1}');
  expect([await first, await second]).toEqual([
    { said: "yes", body: 1 },
    { said: "yes", body: 2 },
  ]);
  expect(socket(0).sent).toEqual(["order a", "order b"]);
});

test("a socket that dies loses everything that is on it, and takes nothing more", async () => {
  const { write, socket, entry, world } = await opened();
  const [first, second] = [write("a"), write("b")];
  socket(0).listener.closed(1006, "gone");
  expect([await first, await second]).toMatchObject([{ said: "nothing" }, { said: "nothing" }]);
  expect(entry.line()).toBe(null);
  expect(write("c")).toBe(null);
  await world.pass(1_000);
  socket(1).listener.opened();
  expect(write("d")).not.toBe(null);
});

test("an answer after the deadline is lost first, and told late once", async () => {
  const { write, socket, late, world } = await opened();
  const answer = write("a", 1_000);
  await world.pass(1_001);
  expect(await answer).toMatchObject({ said: "nothing" });
  socket(0).listener.message('{"id":"a","ok":1}');
  socket(0).listener.message('{"id":"a","ok":1}');
  expect(late).toEqual([{ said: "yes", body: 1 }]);
});

test("a queue that does not shrink sends the next ones elsewhere", async () => {
  const { write, socket } = await opened();
  const written = Array.from({ length: 80 }, (_, index) => write(`n${index}`)).filter((each) => each !== null);
  expect(written).toHaveLength(64);
  socket(0).listener.message('{"id":"n0","ok":1}');
  expect(write("more")).not.toBe(null);
});

test("nothing is written before the login is answered, and a refused one is not hammered", async () => {
  const { write, socket, world } = await opened({ login: () => "login please" });
  expect(socket(0).sent).toEqual(["login please"]);
  expect(write("a")).toBe(null);
  socket(0).listener.message('{"login":"wrong key"}');
  await world.pass(59_000);
  expect(world.sockets.all).toHaveLength(1);
  await world.pass(2_000);
  socket(1).listener.opened();
  socket(1).listener.message('{"login":"yes"}');
  expect(write("a")).not.toBe(null);
});

test("a login that is refused for its time is repeated by a clock that was measured again", async () => {
  const { socket, world } = await opened({
    login: () => "login please",
    read: () => ({ kind: "login-refused", fault: { kind: "not-done", code: "60006", says: "expired" } }),
  });
  socket(0).listener.message("{}");
  await world.pass(1_000);
  expect([world.asked, world.sockets.all.length]).toEqual([["clock"], 2]);
});

test("before the venue ends a connection another one stands in its place, and what was asked is still answered", async () => {
  const { write, socket, world, entry } = await opened({ lifeMs: 60_000 });
  await world.pass(52_000);
  expect(world.sockets.all).toHaveLength(1);
  await world.pass(8_000);
  expect(world.sockets.all).toHaveLength(2);
  const asked = write("a");
  expect(socket(0).sent.filter((text) => text !== "<ping>")).toEqual(["order a"]);
  socket(1).listener.opened();
  void write("b");
  expect(socket(1).sent).toEqual(["order b"]);
  expect(socket(0).closed).toBe(false);
  socket(0).listener.message('{"id":"a","ok":1}');
  expect(await asked).toEqual({ said: "yes", body: 1 });
  expect(socket(0).closed).toBe(true);
  entry.close();
  expect(socket(1).closed).toBe(true);
});

test("a notice of the end opens the replacement first", async () => {
  const { socket, world, entry } = await opened({ lifeMs: Number.POSITIVE_INFINITY });
  socket(0).listener.message('{"closing":true}');
  socket(0).listener.message('{"closing":true}');
  await world.pass(0);
  expect([world.sockets.all.length, socket(0).closed, entry.line() !== null]).toEqual([2, false, true]);
  socket(1).listener.opened();
  expect([socket(0).closed, entry.line() !== null]).toEqual([true, true]);
  await world.pass(60_000);
  expect(world.sockets.all).toHaveLength(2);
});

test("a connection that is left and dies does not come back", async () => {
  const { socket, world, write } = await opened();
  socket(0).listener.message('{"closing":true}');
  await world.pass(0);
  const asked = write("a");
  socket(1).listener.opened();
  socket(0).listener.closed(1006, "upgrade");
  expect(await asked).toMatchObject({ said: "nothing" });
  await world.pass(60_000);
  expect(world.sockets.all).toHaveLength(2);
});
