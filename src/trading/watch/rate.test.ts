import { expect, test } from "vitest";
import { seen, someFacts } from "../../../test/facts.ts";
import { OKX_PERP } from "#domain/ids.ts";
import { rate } from "./rate.ts";

test("a venue that limits us holds, the other does not", () => {
  const throttled = (venue: string): string | null => (venue === OKX_PERP ? "okx-perp has banned us for 9 s" : null);
  expect(seen(rate, someFacts({ throttled }))).toEqual([
    "binance-um OK not limited",
    "okx-perp HOLD okx-perp has banned us for 9 s",
  ]);
});
