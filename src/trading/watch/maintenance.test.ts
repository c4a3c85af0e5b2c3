import { expect, test } from "vitest";
import { someFacts } from "../../../test/facts.ts";
import { NOW } from "../../../test/kit.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { MINUTE, after } from "#domain/time.ts";
import { maintenance } from "./maintenance.ts";

const window = (fromMinutes: number, untilMinutes: number, says = "an upgrade") => ({
  venue: OKX_PERP,
  from: after(NOW, fromMinutes * MINUTE),
  until: after(NOW, untilMinutes * MINUTE),
  says,
});

test.each([
  ["none", [], "OK"],
  ["over", [window(-9, 0)], "OK"],
  ["an hour away", [window(60, 90)], "OK"],
  ["less than that", [window(59, 90)], "WARN"],
  ["less than ten minutes", [window(9, 90), window(59, 90)], "ERROR"],
  ["inside", [window(90, 99), window(0, 1)], "HOLD"],
])("%s: %s", (_when, windows, level) => {
  const readings = maintenance.look(someFacts({ venues: [BINANCE_UM, OKX_PERP], maintenance: () => windows }));
  expect(readings.map((reading) => reading.level)).toEqual(["OK", level]);
});

test("the next window is the one that is named", () => {
  const windows = [window(50, 60, "later"), window(20, 30, "sooner")];
  expect(maintenance.look(someFacts({ maintenance: () => windows }))[1]?.says).toBe(
    "maintenance of okx-perp begins in 20 min: sooner",
  );
});
