import { describe, expect, test } from "vitest";
import type { FaultVerb } from "#adapters/simulator/fault-verbs.ts";
import type { Listing } from "#adapters/simulator/listing.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "#adapters/simulator/listings.ts";
import { bps, format, price, quantity, usdt } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { THIN } from "../still-market.ts";
import { BTC } from "../kit.ts";
import { onStage } from "./on-stage.ts";
import { VENUES, deadOrders, expectAccounted, expectHome, openings, other, recoveries } from "./verdict.ts";

const [binance, okx] = [BINANCE_LISTINGS[0] as Listing, OKX_LISTINGS[0] as Listing];

describe("rows 28 to 31: margins and sizes", () => {
  test.concurrent.each(VENUES)("row 28: the margin of a venue is gone: no order leaves (%s)", (venue) =>
    onStage({ paces: { balanceMs: 100 } }, async (stage) => {
      stage.misfortune.next(venue, "withdraw", { thousandths: 1_000 });
      await stage.until("it is withdrawn", () => stage.misfortune.fired.length > 0);
      const reads = (): number =>
        stage.overheard.filter(({ venue: at, says }) => at === venue && /\/balance|v3\/account/.test(says)).length;
      const before = reads();
      await stage.until("that was read", () => reads() >= before + 3);
      stage.change({ autoLoop: true });
      const looks = stage.engine.pipeline.scans;
      await stage.until("the books went on paying", () => stage.engine.pipeline.scans > looks + 20);
      expect([openings(stage, BINANCE_UM), openings(stage, OKX_PERP)]).toEqual([0, 0]);
      expect(stage.executor.hedges()).toEqual([]);
    }),
  );

  test.concurrent.each(VENUES)(
    "row 28: the margin goes before it is read: refused there, the other leg taken off (%s)",
    (venue) =>
      onStage({ paces: { balanceMs: 60_000 } }, async (stage) => {
        const { wallet } = stage.exchange(venue).margins();
        stage.exchange(venue).transfer(-wallet as typeof wallet);
        await stage.open();
        expect(await stage.rest()).toBe("closed");
        expect(deadOrders(stage)[0]).toMatch(venue === BINANCE_UM ? /-2019/ : /51008/);
        expect(recoveries(stage).at(-1)).toBe(`unwind ${other(venue)} filled`);
        expectHome(stage);
      }),
  );

  test.concurrent("row 29: what is left lies below the least notional: reduce-only closes it all the same", () =>
    onStage({ market: THIN, listings: [[{ ...binance, minNotional: usdt("500") }], [okx]] }, async (stage) => {
      // 0.005 BTC too much on Binance, 300 USDT; OKX will not complete it.
      stage.misfortune.next(OKX_PERP, "partial", { thousandths: 800 });
      for (let nth = 2; nth <= 4; nth += 1) stage.misfortune.next(OKX_PERP, "place.reject", { code: "51006" }, nth);
      await stage.open();
      expect(await stage.rest()).toBe("hedged");
      const off = stage.truth(BINANCE_UM).receipts.filter(({ reduceOnly }) => reduceOnly);
      expect(off.map(({ quantity: size, verdict }) => [format(size ?? (0n as never)), verdict])).toEqual([
        ["0.005", "executed"],
      ]);
      expectHome(stage);
    }),
  );

  test.concurrent(
    "row 29: what is left lies below the common lot: dust beside a standing hedge, less than one lot",
    () =>
      onStage({ market: THIN }, async (stage) => {
        stage.misfortune.next(OKX_PERP, "partial", { thousandths: 980 });
        const { intent } = await stage.open();
        expect(await stage.rest()).toBe("hedged");
        expect([format(stage.delta() as never), recoveries(stage)]).toEqual(["0.0005", []]);
        expect(stage.delta() < intent.lot).toBe(true);
        expectAccounted(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 30: lots have grown: HOLD for the symbol, and no order on the old grid (%s)",
    (venue) =>
      onStage({ patience: { instrumentsEveryMs: 150 } }, async (stage) => {
        stage.misfortune.next(venue, "lot_change");
        await stage.until("HOLD", () => stage.causes().includes("symbol"));
        expect(stage.alarms("conformance")[0]).toMatchObject({ level: "critical", venue, instrument: BTC });
        stage.change({ autoLoop: true });
        const looks = stage.engine.pipeline.scans;
        await stage.until("the books went on paying", () => stage.engine.pipeline.scans > looks + 20);
        expect([openings(stage, BINANCE_UM), openings(stage, OKX_PERP)]).toEqual([0, 0]);
      }),
  );

  const CONTRACTS = [
    { contract: "0.01", tick: "0.1", lots: ["0.001", "0.0001"], at: 60_000, places: 1 },
    { contract: "10", tick: "0.0001", lots: ["0.1", "1"], at: 6, places: 4 },
    { contract: "1000", tick: "0.000001", lots: ["1", "100"], at: 0.06, places: 6 },
  ] as const;
  test.concurrent.each(CONTRACTS)(
    "row 31: contracts of $contract at OKX, in parts: equal base on both venues",
    ({ contract, tick, lots, at, places }) => {
      const listed = (listing: Listing, lot: string, contractSize: string): Listing => ({
        ...listing,
        tick: price(tick),
        lot: quantity(lot),
        minQuantity: quantity(lot),
        contractSize: quantity(contractSize),
        maxQuantity: quantity("100000000"),
        maxMarketQuantity: quantity("100000000"),
        tiers: { by: "notional", rows: [{ upTo: usdt("10000000"), maxLeverage: 50, maintenance: bps("40") }] },
      });
      const level = (factor: number): readonly (readonly [string, string])[] => [
        [(at * factor).toFixed(places), "1000000"],
      ];
      const market = [
        { bids: level(0.9999), asks: level(1) },
        { bids: level(1.0031), asks: level(1.0033) },
      ] as const;
      const listings = [[listed(binance, lots[0], "1")], [listed(okx, lots[1], contract)]] as const;
      return onStage({ market, listings }, async (stage) => {
        const { intent } = await stage.standing();
        const sizes = stage.exchanges.map((exchange) => exchange.truth().positions.get(BTC) ?? 0n);
        expect(sizes).toEqual([intent.quantity, -intent.quantity]);
        expect(intent.quantity > 0n && intent.quantity % intent.lot === 0n).toBe(true);
        expectHome(stage);
      });
    },
  );
});

describe("rows 32 to 34: the venue or the account is not what it was", () => {
  test.concurrent.each(VENUES)(
    "row 32: the symbol is halted: HOLD, nothing opens, and what is open closes when it trades again (%s)",
    (venue) =>
      onStage({ patience: { instrumentsEveryMs: 150 }, settings: { cooldownMs: 50 } }, async (stage) => {
        const { intent } = await stage.standing();
        stage.exchange(venue).listings.halt(BTC);
        await stage.until("HOLD", () => stage.causes().includes("symbol"));
        expect(stage.alarms("conformance")[0]).toMatchObject({ level: "critical", venue, instrument: BTC });
        stage.change({ autoLoop: true });
        const looks = stage.engine.pipeline.scans;
        await stage.until("the books went on paying", () => stage.engine.pipeline.scans > looks + 20);
        expect([openings(stage, BINANCE_UM), openings(stage, OKX_PERP), stage.state]).toEqual([1, 1, "hedged"]);
        stage.exchange(venue).listings.resume(BTC);
        await stage.executor.leave(intent.id, "operator", "operator");
        expect(await stage.rest()).toBe("closed");
        expectHome(stage);
      }),
  );

  const HANDS: readonly { readonly venue: VenueId; readonly row: number; readonly verb: FaultVerb }[] = [
    { row: 33, venue: BINANCE_UM, verb: "mode_flip" },
    { row: 33, venue: OKX_PERP, verb: "mode_flip" },
    { row: 34, venue: BINANCE_UM, verb: "lever_change" },
    { row: 34, venue: OKX_PERP, verb: "lever_change" },
    { row: 34, venue: BINANCE_UM, verb: "margin_type_flip" },
  ];
  test.concurrent.each(HANDS)(
    "row $row: somebody changes the account by hand ($verb, $venue): HOLD, and no trade",
    ({ venue, verb }) =>
      onStage({ patience: { accountEveryMs: 250 } }, async (stage) => {
        stage.misfortune.next(venue, verb);
        await stage.until("HOLD", () => stage.causes().includes("account"));
        expect(stage.alarms("conformance")[0]).toMatchObject({ level: "critical", venue });
        stage.change({ autoLoop: true });
        const looks = stage.engine.pipeline.scans;
        await stage.until("the books went on paying", () => stage.engine.pipeline.scans > looks + 20);
        expect([openings(stage, BINANCE_UM), openings(stage, OKX_PERP)]).toEqual([0, 0]);
      }),
  );
});
