import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ConfigFault } from "../config.ts";
import { parseThresholds, presetThresholds, readThresholds } from "./thresholds.ts";

test.each(["local_ok", "vps_ok"] as const)("the example holds what is built in (%s)", (set) => {
  expect(parseThresholds(readFileSync("deploy/status_thresholds.yaml", "utf8"), set)).toEqual(presetThresholds(set));
});

test("a file overrides what it names, of its own set", () => {
  const text = "hold_minutes: 1\nlocal_ok: { ws_gap_ms_p95: 50 }\nvps_ok: { ws_gap_ms_p95: 70 }\n";
  const preset = presetThresholds("local_ok");
  expect(parseThresholds(text, "local_ok")).toEqual({
    limits: { ...preset.limits, ws_gap_ms_p95: 50 },
    holdMinutes: 1,
  });
  expect(parseThresholds("", "local_ok")).toEqual(preset);
});

test("everything that is wrong is said at once, each with its field and the fix", () => {
  const text = "hold_minutes: soon\nlocal_ok: { ws_gap_ms_p95: -1, gap: 3 }\nvps_ok: [1]\nhome_ok: {}\n";
  expect(parseThresholds(text, "local_ok")).toEqual({
    problems: [
      "home_ok is not known: use local_ok, vps_ok or hold_minutes",
      "local_ok.ws_gap_ms_p95 must be a number of 0 or more",
      expect.stringMatching(/^local_ok\.gap is no objective: use one of ws_gap_ms_p95, /),
      "vps_ok must be a map of objectives and their limits",
      "hold_minutes must be a number from 0 to 1440",
    ],
  });
  expect(parseThresholds("- a", "local_ok")).toMatchObject({ problems: [expect.stringMatching(/must be a map/)] });
  expect(parseThresholds("a: 1\na: 2", "local_ok")).toMatchObject({ problems: [expect.stringMatching(/unique/i)] });
});

test("a file that cannot be read is a fault of the configuration", () => {
  expect(() => readThresholds("/nowhere/at/all.yaml", "local_ok")).toThrow(ConfigFault);
});
