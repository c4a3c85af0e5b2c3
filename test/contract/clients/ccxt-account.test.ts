/*
 * ccxt reads and sets the simulated account.
 *
 * | call                 | Binance                       | OKX                             |
 * |----------------------|-------------------------------|---------------------------------|
 * | fetchBalance         | GET v3/account                | GET account/balance             |
 * | setLeverage          | POST leverage                 | POST account/set-leverage       |
 * | fetchLeverage        | GET symbolConfig              | GET account/leverage-info       |
 * | fetchPositionMode    | GET positionSide/dual         | GET account/config              |
 * | setPositionMode      | POST positionSide/dual        | POST account/set-position-mode  |
 * | fetchPositions       | GET v3/positionRisk           | GET account/positions           |
 * | fetchTradingFee      | GET commissionRate            | GET account/trade-fee           |
 * | fetchFundingHistory  | GET income                    | GET account/bills-archive       |
 * | fetchLedger          | GET income                    | GET account/bills               |
 */
import { describe, expect, test } from "vitest";
import { quantity, usdt } from "#domain/decimal.ts";
import { aClient, BTC_SWAP, CROSS, PER_BASE, TIMEOUT_MS, VENUES } from "./ccxt.ts";
import { BTC } from "./venues.ts";

describe.each(VENUES)("ccxt on %s", { timeout: TIMEOUT_MS }, (venue) => {
  const perBase = PER_BASE[venue];

  test("shows what the account holds", async () => {
    const { client, running } = await aClient(venue);
    expect((await client.fetchBalance())["USDT"]).toEqual({ free: 100_000, used: 0, total: 100_000 });
    running.exchanges[venue].transfer(usdt("-2500.5"));
    expect((await client.fetchBalance())["USDT"]).toMatchObject({ total: 97_499.5 });
  });

  test("sets the leverage", async () => {
    const { client, running } = await aClient(venue);
    await client.setLeverage(7, BTC_SWAP);
    expect(running.exchanges[venue].leverage(BTC)).toBe(7);
    const shown = await client.fetchLeverage(BTC_SWAP, { mgnMode: "cross" });
    expect(shown).toMatchObject({ marginMode: "cross", longLeverage: 7, shortLeverage: 7 });
  });

  test("switches between one position and two", async () => {
    const { client, running } = await aClient(venue);
    for (const hedged of [true, false]) {
      await client.setPositionMode(hedged, BTC_SWAP);
      expect(running.exchanges[venue].hedgeMode).toBe(hedged);
      expect(await client.fetchPositionMode(BTC_SWAP)).toMatchObject({ hedged });
    }
  });

  test("does not switch while a position is held", async () => {
    const { client, running } = await aClient(venue);
    running.exchanges[venue].restore(BTC, quantity("0.1"), usdt("6000"));
    await expect(client.setPositionMode(true, BTC_SWAP)).rejects.toThrow(venue === "binance" ? "-4068" : "59000");
  });

  test.each([
    { held: "long", base: "0.1", cost: "6000", unrealised: 0 },
    { held: "short", base: "-0.1", cost: "-6010", unrealised: 10 },
  ] as const)("shows a $held position", async ({ held, base, cost, unrealised }) => {
    const { client, running } = await aClient(venue);
    expect(await client.fetchPositions([BTC_SWAP])).toEqual([]);
    running.exchanges[venue].restore(BTC, quantity(base), usdt(cost));
    const positions = await client.fetchPositions([BTC_SWAP]);
    expect(positions).toMatchObject([
      {
        symbol: BTC_SWAP,
        side: held,
        contracts: 0.1 * perBase,
        contractSize: 1 / perBase,
        entryPrice: Math.abs(Number(cost)) / 0.1,
        markPrice: 60_000,
        notional: 6_000,
        unrealizedPnl: unrealised,
        marginMode: "cross",
        initialMargin: 1_200,
        maintenanceMargin: 24,
        hedged: false,
      },
    ]);
  });

  test("shows the fees of this account", async () => {
    const { client } = await aClient(venue);
    expect(await client.fetchTradingFee(BTC_SWAP)).toMatchObject({ maker: 0.0002, taker: 0.0005 });
  });

  test("books what a trade cost", async () => {
    const { client } = await aClient(venue);
    expect(await client.fetchLedger("USDT")).toEqual([]);
    const order = { timeInForce: "IOC", ...CROSS[venue] };
    await client.createOrder(BTC_SWAP, "limit", "buy", 0.1 * perBase, 60_000.1, order);
    const [entry] = await client.fetchLedger("USDT");
    // 0.1 · 60000.1 · 5 bps
    expect(entry).toMatchObject({ direction: "out", currency: "USDT" });
    expect(Math.abs(entry?.amount ?? 0)).toBeCloseTo(3.000_005, 9);
    expect(await client.fetchFundingHistory(BTC_SWAP)).toEqual([]);
  });
});
