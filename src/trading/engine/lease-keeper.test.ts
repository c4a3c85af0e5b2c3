import { expect, test } from "vitest";
import { aClock } from "../../../test/kit.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import type { Lease, Renewal } from "#ports/lease.ts";
import { AutoHold } from "../control/auto-hold.ts";
import { Controller } from "../control/controller.ts";
import { LeaseKeeper } from "./lease-keeper.ts";

const START = { safeMode: false, dryRun: false, killed: false, twoManRule: false, causes: [], version: 1 } as const;

/** A keeper whose renewals answer as they are told to, on a clock that is turned by hand. */
function kept() {
  const clock = aClock();
  const controller = new Controller(clock, { mode: "RUN", ...START }, () => undefined);
  controller.setVenue(BINANCE_UM, "OK", "fine");
  const autoHold = new AutoHold({ clock, controller, tell: () => undefined, clearAfterMs: 60_000 });
  let answer: () => Promise<Renewal> = () =>
    Promise.resolve({ outcome: "renewed", expires: after(clock.now(), 10_000) });
  const well = answer;
  const lease: Lease = { holder: "here:1", epoch: 3, renew: () => answer() };
  const keeper = new LeaseKeeper({ clock, lease, report: (says) => autoHold.report("lease", "lease", says) });
  keeper.begin();
  return {
    clock,
    controller,
    keeper,
    pass: (ms: number) => clock.runUntil(after(clock.now(), ms)),
    renews: (how: () => Promise<Renewal>) => void (answer = how),
    well,
    causes: () => {
      const { state } = controller;
      return state.mode === "HOLD" ? state.causes.filter(({ clearedAt }) => clearedAt === null) : [];
    },
  };
}

test("a lease that is renewed stands in nobody's way", async () => {
  const { keeper, controller, pass } = kept();
  await pass(120_000);
  expect([keeper.permits("open"), controller.state.mode]).toEqual([true, "RUN"]);
  expect(keeper.reading()).toMatchObject({ holder: "here:1", epoch: 3, lost: false });
  expect(keeper.reading().sinceRenewedMs).toBeLessThanOrEqual(2_000);
});

test("row 67: a renewal that does not come stops what adds risk before the lease ends, and what takes it off goes on", async () => {
  const { keeper, causes, controller, pass, renews } = kept();
  await pass(4_000);
  renews(() => new Promise(() => undefined));
  await pass(7_900);
  expect([keeper.permits("open"), causes()]).toEqual([true, []]);
  await pass(100);
  const asked = (["open", "complete", "unwind", "close", "cancel"] as const).map((act) => keeper.permits(act));
  expect(asked).toEqual([false, false, true, true, true]);
  expect(causes()).toMatchObject([{ code: "lease", says: expect.stringContaining("was not renewed for 8 s") }]);
  expect([controller.permits("open", BINANCE_UM, "operator"), controller.resume([]).outcome]).toEqual([
    false,
    "refused",
  ]);
});

test("row 60: after a pause of 30 s the first order meets the gate, whatever timer is still due", async () => {
  const { keeper, causes, clock } = kept();
  const slept = clock.monotonic();
  // No timer has had its turn: only the clock went on.
  clock.monotonic = () => slept + 30_000;
  expect([keeper.permits("complete"), causes().map(({ code }) => code)]).toEqual([false, ["lease"]]);
  clock.monotonic = () => slept + 2_000;
  expect(keeper.permits("complete")).toBe(true);
});

test("it can be renewed again: the cause ends, and a person resumes", async () => {
  const { keeper, causes, controller, pass, renews, well } = kept();
  renews(() => Promise.resolve({ outcome: "failed", says: "the disk is full" }));
  await pass(10_000);
  expect(causes()[0]?.says).toContain("the disk is full");
  renews(well);
  await pass(2_000);
  expect(keeper.permits("open")).toBe(true);
  await pass(61_000);
  expect([causes(), controller.state.mode]).toEqual([[], "HOLD"]);
});

test("taken by another one it is lost at once and for good", async () => {
  const { keeper, causes, pass, renews, well } = kept();
  renews(() => Promise.resolve({ outcome: "lost", says: "there:9 has taken it as run 4" }));
  await pass(2_000);
  expect([keeper.permits("open"), causes()[0]?.says]).toEqual([false, expect.stringContaining("stop one of the two")]);
  renews(well);
  await pass(120_000);
  expect([keeper.permits("open"), keeper.reading().lost]).toEqual([false, true]);
});
