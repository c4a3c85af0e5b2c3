import { describe, expect, test } from "vitest";
import { fixture, fixtureNames, haveFixtures } from "../../../../test/scripted-wire.ts";
import type { Refusal } from "../refusal.ts";
import { isAlreadySo, isListenKeyGone, isNotFound, isNothingOpen, placementFault, readFault } from "./faults.ts";

const refusal = (status: number, code: number | null, says = ""): Refusal => ({
  status,
  code,
  says,
  retryAfterMs: null,
  serverNow: 1_786_541_241_000,
});

test.each([
  ["outcome-unknown", [-1000, -1006, -1007, -4116]],
  ["not-done", [-1001, -1008, -1016, -1021, -4117, -5028, -5043]],
  ["throttled", [-1003, -1015]],
  [
    "rejected",
    [
      -1013, -1014, -1020, -1100, -1102, -1106, -1111, -1114, -1115, -1116, -1117, -1121, -1128, -1130, -1136, -2010,
      -2018, -2019, -2020, -2021, -2022, -2024, -2025, -2027, -2028, -4001, -4002, -4003, -4004, -4005, -4013, -4014,
      -4015, -4016, -4023, -4024, -4047, -4048, -4050, -4051, -4067, -4068, -4087, -4105, -4107, -4118, -4120, -4131,
      -4140, -4141, -4164, -4189, -4400, -4401, -5021, -5022, -5026, -5041,
    ],
  ],
  ["venue-stop", [-1002, -1022, -2014, -2015, -2017, -2023, -4061, -4088, -4109, -4192, -4202, -4211, -4402, -4403]],
] as const)("a placement is %s", (kind, codes) => {
  for (const code of codes) expect([code, placementFault(refusal(400, code)).kind]).toEqual([code, kind]);
});

test.each([
  [503, -1000, "Unknown error, please check your request or try again later.", "outcome-unknown"],
  [503, -1000, "Service Unavailable.", "not-done"],
  [503, -1001, "Internal error; unable to process your request. Please try again.", "not-done"],
  [503, -1008, "Request throttled by system-level protection. Reduce-only/…", "not-done"],
  [503, null, "", "outcome-unknown"],
  [500, null, "", "outcome-unknown"],
  [502, null, "", "outcome-unknown"],
  [408, -1007, "Timeout", "outcome-unknown"],
  [403, null, "", "throttled"],
  [400, -9999, "never heard of", "outcome-unknown"],
  [400, null, "", "outcome-unknown"],
] as const)("a placement answered %i %s %s is %s", (status, code, says, kind) => {
  expect(placementFault(refusal(status, code, says)).kind).toBe(kind);
});

test("a question is never unknown", () => {
  expect(readFault(refusal(400, -1007)).kind).toBe("not-done");
  expect(readFault(refusal(502, null)).kind).toBe("not-done");
  expect(readFault(refusal(400, -9999)).kind).toBe("rejected");
});

test("a ban is silent until a little after the moment it names", () => {
  const ban = refusal(418, -1003, "Way too many requests; IP(1.2.3.4) banned until 1786541361000. Please use");
  expect(placementFault(ban)).toMatchObject({ kind: "throttled", banned: true, retryAfterMs: 120_250 });
  expect(placementFault({ ...refusal(429, -1003), retryAfterMs: 17_000 })).toMatchObject({
    banned: false,
    retryAfterMs: 17_000,
  });
  expect(placementFault(refusal(429, -1015))).toMatchObject({ banned: false, retryAfterMs: 10_000 });
});

test("some refusals are answers", () => {
  expect([-4046, -4059, -4171, -5027].every((code) => isAlreadySo(refusal(400, code)))).toBe(true);
  expect(isNothingOpen(refusal(400, -2011))).toBe(true);
  expect(isNotFound(refusal(400, -2013))).toBe(true);
  expect(isListenKeyGone(refusal(400, -1125))).toBe(true);
});

describe.skipIf(!haveFixtures)("recorded errors (skipped without SHARED_DIR)", () => {
  const expected: Readonly<Record<string, string>> = {
    "408-timeout": "outcome-unknown",
    "503-unknown-execution": "outcome-unknown",
    "400-4116-duplicate-id": "outcome-unknown",
    "503-service-unavailable": "not-done",
    "503-internal-error": "not-done",
    "503-throttled": "not-done",
    "400-5028-me-recvwindow": "not-done",
    "400-1021-ahead": "not-done",
    "400-1021-outside-window": "not-done",
    "418-banned": "throttled",
    "429-orders": "throttled",
    "429-weight": "throttled",
    "403-waf": "throttled",
    "401-2015-key": "venue-stop",
    "400-1022-signature": "venue-stop",
    "400-4061-position-side-mismatch": "venue-stop",
    // Nothing a new order is ever told; unknown because unlisted.
    "400-1125-listenkey": "outcome-unknown",
    "400-2011-cancel-unknown": "outcome-unknown",
    "400-2013-not-found": "outcome-unknown",
    "400-4046-margin-type": "outcome-unknown",
    "400-4059-position-side": "outcome-unknown",
  };
  const folder = "binance/rest/errors";

  test.each(fixtureNames(folder))("%s", (name) => {
    const { status, body } = JSON.parse(fixture(`${folder}/${name}`));
    const isTheirs = typeof body === "object";
    const fault = placementFault(refusal(status, isTheirs ? body.code : null, isTheirs ? body.msg : ""));
    expect(fault.kind).toBe(expected[name.replace(".http.json", "")] ?? "rejected");
  });
});
