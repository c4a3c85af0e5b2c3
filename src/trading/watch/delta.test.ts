import { expect, test } from "vitest";
import { someFacts } from "../../../test/facts.ts";
import { BTC, NOW } from "../../../test/kit.ts";
import { price, quantity } from "#domain/decimal.ts";
import { after } from "#domain/time.ts";
import { DeltaWatch } from "./delta.ts";
import type { HeldDelta } from "./facts.ts";

type Given = Partial<Record<"hedged" | "unattributed" | "buying" | "selling" | "lot", string>>;

const held = (given: Given): HeldDelta => ({
  instrument: BTC,
  hedged: quantity(given.hedged ?? "0"),
  unattributed: quantity(given.unattributed ?? "0"),
  buying: quantity(given.buying ?? "0"),
  selling: quantity(given.selling ?? "0"),
  lot: quantity(given.lot ?? "0.001"),
  mark: price("60000"),
});
const level = (watch: DeltaWatch, given: Given, afterMs = 0): string =>
  watch.look(someFacts({ deltas: () => [held(given)], now: () => after(NOW, afterMs) }))[0]?.level ?? "nothing";

test.each<[string, Given, string]>([
  ["even legs", {}, "OK"],
  ["dust", { hedged: "0.0009" }, "OK"],
  ["worth the limit of 200 USDT, to the digit", { hedged: "0.003333333333" }, "WARN"],
  ["worth more at once", { hedged: "0.003333333334" }, "HOLD"],
  ["short of as much", { hedged: "-0.02" }, "HOLD"],
  ["a long that a live order is about to sell", { hedged: "0.02", selling: "0.02" }, "WARN"],
  ["a long that a live order would only add to", { hedged: "0.02", buying: "0.02" }, "HOLD"],
  ["a short that half is bought back of", { hedged: "-0.02", buying: "0.01" }, "HOLD"],
  ["no hedge of ours explains it", { unattributed: "0.02" }, "HOLD"],
  ["what stands beside evens it out", { hedged: "0.02", unattributed: "-0.02" }, "OK"],
])("%s: %j is %s", (_what, given, expected) => {
  expect(level(new DeltaWatch(), given)).toBe(expected);
});

test("little that no hedge explains holds after two seconds, and begins anew when it was gone", () => {
  const watch = new DeltaWatch();
  const strange = { unattributed: "0.001" };
  expect([0, 2_000].map((ms) => level(watch, strange, ms))).toEqual(["WARN", "WARN"]);
  expect(level(watch, strange, 2_001)).toBe("HOLD");
  expect(level(watch, {}, 2_100)).toBe("OK");
  expect(level(watch, strange, 2_200)).toBe("WARN");
});

test("of an instrument we do not know anything at all is too much", () => {
  const watch = new DeltaWatch();
  const strange = { unattributed: "0.000001", lot: "0" };
  expect([level(watch, strange), level(watch, strange, 2_001)]).toEqual(["WARN", "HOLD"]);
});
