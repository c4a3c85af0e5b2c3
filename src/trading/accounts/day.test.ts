import { expect, test } from "vitest";
import { NOW } from "../../../test/kit.ts";
import { format, usdt } from "#domain/decimal.ts";
import { after } from "#domain/time.ts";
import { DayResult } from "./day.ts";

const DAY_MS = 86_400_000;
const midnight = after(NOW, DAY_MS - (NOW % DAY_MS));
const today = Math.floor(NOW / DAY_MS);

test("the result of the day is everything since 00:00 UTC", () => {
  const day = new DayResult({ day: today, total: usdt("0"), high: usdt("0") });
  const said = [
    day.note(usdt("-3"), NOW),
    day.note(usdt("5"), after(midnight, -1)),
    day.note(usdt("4"), midnight),
    day.note(usdt("7"), after(midnight, 1_000)),
  ];
  expect(said.map((result) => format(result))).toEqual(["-3", "5", "-1", "2"]);
});

test("it goes on from where the last run of the same day left it", () => {
  const day = new DayResult({ day: today, total: usdt("10"), high: usdt("12") });
  expect(format(day.note(usdt("8"), NOW))).toBe("-2");
  expect(day.baseline).toEqual({ day: today, total: usdt("10"), high: usdt("12") });
});

test("what an earlier day left is no part of today", () => {
  const day = new DayResult({ day: today - 1, total: usdt("10"), high: usdt("99") });
  expect(format(day.note(usdt("8"), NOW))).toBe("0");
  expect(format(day.note(usdt("7"), after(NOW, 1)))).toBe("-1");
});

test("with nothing known it begins with the first total", () => {
  const day = new DayResult(null);
  expect(day.baseline).toBeNull();
  expect(format(day.note(usdt("8"), NOW))).toBe("0");
  expect(day.baseline).toEqual({ day: today, total: usdt("8"), high: usdt("8") });
});

test("the high of the day only rises, and begins anew with the day", () => {
  const day = new DayResult({ day: today, total: usdt("0"), high: usdt("5") });
  const highs = [
    ["4", NOW],
    ["6", after(NOW, 1)],
    ["2", after(midnight, -1)],
    ["1", midnight],
    ["3", after(midnight, 1)],
  ] as const;
  const said = highs.map(([total, at]) => {
    day.note(usdt(total), at);
    return format(day.baseline?.high ?? usdt("99"));
  });
  expect(said).toEqual(["5", "6", "6", "2", "3"]);
});
