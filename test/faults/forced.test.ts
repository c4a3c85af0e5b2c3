import { describe, expect, test } from "vitest";
import { format } from "#domain/decimal.ts";
import { BTC } from "../kit.ts";
import { onStage } from "./on-stage.ts";
import { VENUES, expectHome, fillsCounted, fillsMade, other } from "./verdict.ts";

const FORCED = [
  ...VENUES.map((venue) => ({ row: 35, verb: "liquidate", venue, thousandths: 1_000, left: "0" }) as const),
  ...VENUES.map((venue) => ({ row: 36, verb: "adl", venue, thousandths: 400, left: "0.015" }) as const),
];

describe("rows 35 and 36: a venue closes what is ours", () => {
  test.concurrent.each(FORCED)(
    "row $row: $verb of one leg ($venue): the other is cut to it within 2 s, reduce-only, HOLD",
    ({ verb, venue, thousandths, left }) =>
      onStage({}, async (stage) => {
        await stage.standing();
        stage.misfortune.next(venue, verb, { thousandths });
        await stage.until(
          "even again",
          () =>
            stage.misfortune.fired.length > 0 && stage.delta() === 0n && stage.truth(other(venue)).receipts.length > 1,
        );
        const forced = stage.truth(venue).fills.at(-1);
        const cut = stage.truth(other(venue)).receipts.at(-1);
        expect(cut).toMatchObject({ reduceOnly: true, verdict: "executed", quantity: forced?.quantity });
        expect((cut?.at ?? 0) - (forced?.at ?? 0)).toBeLessThan(2_000);
        expect(VENUES.map((each) => format(stage.held(each) as never).replace("-", ""))).toEqual([left, left]);
        expect(stage.causes()).toContain("forced_close");
        expect(stage.alarms("forced_close")[0]).toMatchObject({ venue, instrument: BTC });
        await stage.until("our books follow", () => fillsCounted(stage).length === fillsMade(stage).length);
        expect(fillsCounted(stage)).toEqual(fillsMade(stage));
        expect(stage.state).toBe(left === "0" ? "closed" : "hedged");
        expect(stage.causes()).not.toContain("recon");
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 35: a liquidation that no stream tells of (%s): found by comparing, the other leg cut, HOLD",
    (venue) =>
      onStage({ paces: { reconcileMs: 300, reconcilePauseMs: 50 } }, async (stage) => {
        await stage.standing();
        stage.mute(venue);
        stage.misfortune.next(venue, "liquidate");
        await stage.until(
          "even again",
          () => stage.misfortune.fired.some(({ verb }) => verb === "liquidate") && stage.delta() === 0n,
        );
        expect(stage.held(venue)).toBe(0n);
        await stage.until("closed", () => stage.state === "closed");
        expect(stage.causes()).toContain("forced_close");
        expectHome(stage);
      }),
  );
});
