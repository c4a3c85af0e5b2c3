import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stage } from "../../test/contract/stage.ts";
import { aClock } from "../../test/kit.ts";
import { usdt } from "#domain/decimal.ts";
import { StateFile } from "./state-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "propbot-state-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, "runtime_state.json");
const file = (): StateFile => new StateFile(path(), aClock());

describe("what a restart must not forget", () => {
  test("the day's beginning and its high", async () => {
    const { desk } = await stage();
    const baseline = { day: 20_677, total: usdt("-12.5"), high: usdt("40.000000000001") };
    file().write(desk, baseline);
    expect(file().dayBaseline).toEqual(baseline);
  });

  test.each([
    ["without a high", undefined],
    ["with one below its beginning", "-99"],
    ["with one that is no number", "much"],
  ])("a day %s has its beginning for one", async (_what, high) => {
    const { desk } = await stage();
    file().write(desk, { day: 20_677, total: usdt("5"), high: usdt("9") });
    const state = JSON.parse(readFileSync(path(), "utf8")) as { day: Record<string, unknown> };
    writeFileSync(path(), JSON.stringify({ ...state, day: { ...state.day, high_usdt: high } }));
    expect(file().dayBaseline).toEqual({ day: 20_677, total: usdt("5"), high: usdt("5") });
  });

  test("why it held, also that it must not be resumed before its watch has seen it gone", async () => {
    const { desk, engine } = await stage();
    engine.rooms.controller.hold("clock", "5 s off");
    file().write(desk, null);
    const { causes } = file().controlAtStart({ safeMode: false, dryRun: false, twoManRule: true }, null, null);
    expect(causes.map(({ code, clearedAt }) => [code, clearedAt])).toEqual([
      ["boot", null],
      ["clock", null],
    ]);
  });
});

test("a process that is started again and again holds, in SAFE_MODE, and says so once", async () => {
  const first = file().controlAtStart({ safeMode: false, dryRun: false, twoManRule: true }, null, "started 3 times");
  expect(first).toMatchObject({ mode: "HOLD", safeMode: true });
  expect(first.causes.map(({ code }) => code)).toEqual(["boot", "crash_loop"]);
  const { desk } = await stage({ control: first });
  file().write(desk, null);
  expect(
    file()
      .controlAtStart({ safeMode: false, dryRun: false, twoManRule: true }, null, "started 4 times")
      .causes.map(({ code, says }) => `${code} ${says}`),
  ).toEqual(["boot the process has just started", "crash_loop started 4 times"]);
  expect(file().controlAtStart({ safeMode: false, dryRun: false, twoManRule: true }, null, null)).toMatchObject({
    safeMode: true,
  });
});
