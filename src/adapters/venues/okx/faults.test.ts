import { describe, expect, test } from "vitest";
import { fixture, fixtureNames, haveFixtures } from "../../../../test/scripted-wire.ts";
import { isBeingCancelled, isNotFound, isNothingOpen, loginFault, placementFault, readFault } from "./faults.ts";

const refusal = (status: number, code: string | null, says = "") => ({
  status,
  code: code === null ? null : Number(code),
  says,
  retryAfterMs: null,
  serverNow: 1_786_541_241_000,
});

test.each([
  ["outcome-unknown", [50004, 50026, 50042, 50071, 51011, 51016, 51054, 51149, 63999, 64007]],
  ["not-done", [50001, 50013, 50023, 50036, 50037, 50102, 50112, 51029, 51030, 51032, 51113, 51412, 51513, 60011]],
  ["throttled", [50011, 50040, 50061, 60014, 60023]],
  [
    "rejected",
    [
      50000, 50002, 50006, 50014, 50015, 50016, 50024, 50025, 50044, 50050, 50072, 50115, 51000, 51001, 51002, 51003,
      51004, 51005, 51006, 51007, 51008, 51015, 51020, 51021, 51023, 51025, 51027, 51028, 51031, 51071, 51101, 51102,
      51103, 51108, 51112, 51115, 51116, 51117, 51119, 51120, 51121, 51122, 51127, 51131, 51135, 51138, 51148, 51169,
      51170, 51174, 51185, 51187, 51201, 51202, 51203, 51205, 51206, 51511, 54012, 54030, 54031, 54035, 59000, 59101,
      60012, 60013,
    ],
  ],
  [
    "venue-stop",
    [
      50005, 50007, 50008, 50009, 50012, 50017, 50022, 50027, 50030, 50032, 50033, 50035, 50038, 50041, 50051, 50052,
      50059, 50060, 50100, 50101, 50103, 50105, 50110, 50111, 50113, 50114, 50119, 50120, 50121, 51009, 51010, 51022,
      51024, 51039, 51041, 51128, 51155, 59113, 59114,
    ],
  ],
] as const)("a placement is %s", (kind, codes) => {
  for (const code of codes) expect([code, placementFault(refusal(200, `${code}`)).kind]).toEqual([code, kind]);
});

test.each([
  [200, "99999", "outcome-unknown"],
  [502, null, "outcome-unknown"],
  [403, null, "outcome-unknown"],
  [429, null, "throttled"],
  [429, "50013", "not-done"],
  [503, "50001", "not-done"],
] as const)("a placement answered %i %s is %s", (status, code, kind) => {
  expect(placementFault(refusal(status, code)).kind).toBe(kind);
});

test("a question is never unknown", () => {
  expect(readFault(refusal(500, "50026")).kind).toBe("not-done");
  expect(readFault(refusal(200, "99999")).kind).toBe("rejected");
});

test("some refusals are answers", () => {
  expect(["51400", "51401", "51402", "51405"].every((code) => isNothingOpen(refusal(200, code)))).toBe(true);
  expect(isBeingCancelled(refusal(200, "51410"))).toBe(true);
  expect(isNotFound(refusal(200, "51603"))).toBe(true);
});

test("a wrong clock may log in again, a wrong key may not", () => {
  expect(loginFault("60006", "").kind).toBe("not-done");
  expect(loginFault("60005", "").kind).toBe("venue-stop");
  expect(loginFault("60009", "").kind).toBe("venue-stop");
});

describe.skipIf(!haveFixtures)("recorded errors (skipped without SHARED_DIR)", () => {
  const expected: Readonly<Record<string, string>> = {
    "200-50011": "throttled",
    "200-50061": "throttled",
    "429-50011": "throttled",
    "429-50013": "not-done",
    "503-50001": "not-done",
    "401-50102": "not-done",
    "401-50112": "not-done",
    "400-50004": "outcome-unknown",
    "500-50026": "outcome-unknown",
    "500-51054": "outcome-unknown",
    "500-51149": "outcome-unknown",
    "200-51001": "rejected",
    "200-59000": "rejected",
    "400-50002": "rejected",
    "400-51000": "rejected",
  };
  const folder = "okx/rest/errors";

  test.each(fixtureNames(folder))("%s", (name) => {
    const { status, body } = JSON.parse(fixture(`${folder}/${name}`));
    expect(placementFault(refusal(status, body.code, body.msg)).kind).toBe(
      expected[name.replace(".http.json", "")] ?? "venue-stop",
    );
  });
});
