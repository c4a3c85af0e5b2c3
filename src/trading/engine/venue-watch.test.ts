import { expect, test } from "vitest";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { BTC, aClock } from "../../../test/kit.ts";
import { AutoHold } from "../control/auto-hold.ts";
import { Controller } from "../control/controller.ts";
import type { Rooms } from "./rooms.ts";
import { VenueWatch } from "./venue-watch.ts";

function watched() {
  const told: string[] = [];
  const clock = aClock();
  const start = {
    mode: "RUN",
    safeMode: false,
    dryRun: false,
    killed: false,
    twoManRule: false,
    causes: [],
    version: 1,
  } as const;
  const controller = new Controller(clock, start, () => undefined);
  const tell: Rooms["tell"] = ({ level, code, says }) => told.push(`${level} ${code} ${says}`);
  const autoHold = new AutoHold({ clock, controller, tell, clearAfterMs: 1_000 });
  const watch = new VenueWatch({ clock, controller, autoHold, tell });
  watch.follow(BINANCE_UM);
  const causes = () => {
    const { state } = controller;
    return state.mode === "HOLD" ? state.causes.map(({ code }) => code) : [];
  };
  const cleared = () => {
    const { state } = controller;
    return state.mode === "HOLD"
      ? state.causes.flatMap(({ code, clearedAt }) => (clearedAt === null ? [] : [code]))
      : [];
  };
  const stateNow = () => controller.state.venues.get(BINANCE_UM);
  const ready = (): void => {
    watch.checked(BINANCE_UM);
    for (const stream of ["public", "private"] as const) watch.stream(BINANCE_UM, stream, "up", "connected");
  };
  const pass = (ms: number) => clock.runUntil(after(clock.now(), ms));
  return { watch, told, causes, cleared, stateNow, ready, pass };
}

test("a field nobody knows is told and holds nothing", () => {
  const { watch, told, causes } = watched();
  watch.drifted(BINANCE_UM, { cause: "shape", instrument: null, says: "order has a field we do not know: x" });
  expect([told, causes()]).toEqual([["warn conformance binance-um: order has a field we do not know: x"], []]);
});

test.each(["symbol", "account"] as const)("a %s that is not as it was holds under that cause", (cause) => {
  const { watch, told, causes } = watched();
  watch.drifted(BINANCE_UM, { cause, instrument: cause === "symbol" ? BTC : null, says: "changed" });
  expect([told, causes()]).toEqual([["critical conformance binance-um: changed"], [cause]]);
});

test("a venue that wants silence gets no new hedge until it is over; wanted twice in a minute it is HOLD", async () => {
  const { watch, causes, stateNow, ready, pass } = watched();
  ready();
  expect(stateNow()).toBe("OK");
  watch.quieted(BINANCE_UM, { forMs: 2_000, banned: false });
  watch.quieted(BINANCE_UM, { forMs: 2_000, banned: false });
  expect([stateNow(), causes()]).toEqual(["DEGRADED", []]);
  await pass(2_100);
  expect(stateNow()).toBe("OK");
  watch.quieted(BINANCE_UM, { forMs: 2_000, banned: false });
  expect([stateNow(), causes()]).toEqual(["DEGRADED", ["rate"]]);
});

test("a ban is HOLD, and the venue is banned until its end", async () => {
  const { watch, causes, stateNow, ready, pass } = watched();
  ready();
  watch.quieted(BINANCE_UM, { forMs: 120_000, banned: true });
  expect([stateNow(), causes()]).toEqual(["BANNED", ["rate"]]);
  await pass(119_000);
  expect(stateNow()).toBe("BANNED");
  await pass(2_000);
  expect(stateNow()).toBe("OK");
});

test("a quarantine outlives a ban", async () => {
  const { watch, stateNow, ready, pass } = watched();
  ready();
  watch.stopped(BINANCE_UM, { kind: "venue-stop", code: "-2015", says: "no" });
  watch.quieted(BINANCE_UM, { forMs: 1_000, banned: true });
  await pass(2_000);
  expect(stateNow()).toBe("QUARANTINED");
});

test("a venue too busy for an open is left alone, longer each time; our own deadline is not its fault", async () => {
  const { watch, stateNow, ready, pass } = watched();
  ready();
  watch.turnedDown(BINANCE_UM, { kind: "not-done", code: "expired", says: "late" });
  expect(stateNow()).toBe("OK");
  const busy = { kind: "not-done", code: "-1008", says: "busy" } as const;
  watch.turnedDown(BINANCE_UM, busy);
  expect(stateNow()).toBe("DEGRADED");
  await pass(5_100);
  expect(stateNow()).toBe("OK");
  watch.turnedDown(BINANCE_UM, busy);
  await pass(5_100);
  expect(stateNow()).toBe("DEGRADED");
  await pass(5_000);
  expect(stateNow()).toBe("OK");
});

test("one venue out of sight is a matter of seconds, all of them at once is HOLD", () => {
  const { watch, causes, ready } = watched();
  watch.follow(OKX_PERP);
  ready();
  watch.stream(OKX_PERP, "private", "up", "connected");
  watch.stream(BINANCE_UM, "private", "down", "closed");
  expect(causes()).toEqual([]);
  watch.stream(OKX_PERP, "private", "down", "closed");
  expect(causes()).toEqual(["feed"]);
});

test("what the limits of a venue mean is told as long as it is so", async () => {
  const { watch, ready, pass } = watched();
  ready();
  watch.quieted(BINANCE_UM, { forMs: 500, banned: false });
  expect(watch.throttled(BINANCE_UM)).toBeNull();
  await pass(2_000);
  watch.quieted(BINANCE_UM, { forMs: 500, banned: false });
  expect(watch.throttled(BINANCE_UM)).toBe("binance-um throttled us twice within a minute");
  await pass(60_001);
  expect(watch.throttled(BINANCE_UM)).toBeNull();
  watch.quieted(BINANCE_UM, { forMs: 90_000, banned: true });
  expect(watch.throttled(BINANCE_UM)).toBe("binance-um has banned us for 90 s");
  await pass(90_000);
  expect(watch.throttled(BINANCE_UM)).toBeNull();
});

test("a stream that kept silent is over when it is there again", async () => {
  const { watch, causes, cleared, ready, pass } = watched();
  ready();
  watch.silent(BINANCE_UM, "told nothing of a fill");
  watch.stream(BINANCE_UM, "private", "down", "closed");
  await pass(5_000);
  expect([causes(), cleared()]).toEqual([["feed"], []]);
  watch.stream(BINANCE_UM, "private", "up", "connected");
  await pass(1_000);
  expect([causes(), cleared()]).toEqual([["feed"], ["feed"]]);
});
