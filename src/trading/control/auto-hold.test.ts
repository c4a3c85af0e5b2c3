import { expect, test } from "vitest";
import { after } from "#domain/time.ts";
import { NOW, aClock } from "../../../test/kit.ts";
import { AutoHold } from "./auto-hold.ts";
import { Controller } from "./controller.ts";

const CLEAR_AFTER_MS = 60_000;

function watched() {
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
  const told: string[] = [];
  const tell = ({ says }: { readonly says: string }) => void told.push(says);
  const autoHold = new AutoHold({ clock, controller, tell, clearAfterMs: CLEAR_AFTER_MS });
  const causes = () => (controller.state.mode === "HOLD" ? controller.state.causes : []);
  const pass = (ms: number) => clock.runUntil(after(clock.now(), ms));
  return { autoHold, controller, told, causes, pass };
}

test("what is wrong holds at once and is told once", () => {
  const { autoHold, told, causes } = watched();
  autoHold.report("clock", "okx", "5 s off");
  autoHold.report("clock", "okx", "6 s off");
  expect([causes().map(({ code, says }) => [code, says]), told]).toEqual([[["clock", "5 s off"]], ["5 s off"]]);
});

test("what has been right again for a minute is cleared, and the mode stays HOLD", async () => {
  const { autoHold, controller, causes, pass } = watched();
  autoHold.report("clock", "okx", "5 s off");
  autoHold.report("clock", "okx", null);
  await pass(CLEAR_AFTER_MS - 1);
  expect(causes()[0]?.clearedAt).toBeNull();
  await pass(1);
  expect([controller.state.mode, causes()[0]?.clearedAt]).toEqual(["HOLD", after(NOW, CLEAR_AFTER_MS)]);
});

test("wrong again within the minute, or on another venue: not cleared", async () => {
  const { autoHold, causes, pass } = watched();
  autoHold.report("clock", "okx", "5 s off");
  autoHold.report("clock", "binance", "7 s off");
  autoHold.report("clock", "okx", null);
  await pass(CLEAR_AFTER_MS);
  expect(causes()[0]?.clearedAt).toBeNull();
  autoHold.report("clock", "binance", null);
  await pass(CLEAR_AFTER_MS / 2);
  autoHold.report("clock", "binance", "7 s off");
  await pass(CLEAR_AFTER_MS);
  expect(causes()[0]?.clearedAt).toBeNull();
});

test("a cause of the last run is cleared by its own watcher", async () => {
  const { autoHold, controller, causes, pass } = watched();
  controller.hold("disk", "full, before the restart");
  autoHold.report("disk", "journal", null);
  await pass(CLEAR_AFTER_MS);
  expect(causes()[0]?.clearedAt).not.toBeNull();
});

test("resumed while it is still wrong: held again, told no second time", () => {
  const { autoHold, controller, told } = watched();
  autoHold.report("slo", "okx", "5 s off");
  expect(controller.resume([]).outcome).toBe("running");
  autoHold.report("slo", "okx", "5 s off");
  expect([controller.state.mode, told.length]).toEqual(["HOLD", 1]);
});
