import { expect, test } from "vitest";
import { nameLetter } from "./name-letter.ts";

test.each([
  ["paper", false, "p"],
  ["testnet", false, "t"],
  ["live", false, "l"],
  ["live", true, "p"],
] as const)("orders of PROFILE=%s with DRY_RUN_ONLY=%s begin with %s%s", (profile, dryRunOnly, letter) => {
  expect(nameLetter({ profile, dryRunOnly })).toBe(letter);
});
