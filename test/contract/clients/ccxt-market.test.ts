/*
 * ccxt reads the simulated markets.
 *
 * | call                      | Binance                     | OKX                               |
 * |---------------------------|-----------------------------|-----------------------------------|
 * | loadMarkets               | GET exchangeInfo            | GET public/instruments            |
 * | fetchTime                 | GET time                    | GET public/time                   |
 * | fetchTicker               | GET ticker/24hr             | GET market/ticker                 |
 * | fetchTickers              | GET ticker/24hr             | GET market/tickers                |
 * | fetchBidsAsks             | GET ticker/bookTicker       | –                                 |
 * | fetchOrderBook            | GET depth                   | GET market/books                  |
 * | fetchMarkPrice            | GET premiumIndex            | GET public/mark-price             |
 * | fetchFundingRate          | GET premiumIndex            | GET public/funding-rate           |
 * | fetchFundingInterval      | GET fundingInfo             | GET public/funding-rate           |
 * | fetchFundingRateHistory   | GET fundingRate             | GET public/funding-rate-history   |
 * | fetchMarketLeverageTiers  | GET leverageBracket         | GET public/position-tiers         |
 */
import { describe, expect, test } from "vitest";
import { HOUR, instantAt } from "#domain/time.ts";
import { aClient, BTC_SWAP, PER_BASE, TIMEOUT_MS, VENUES } from "./ccxt.ts";
import { BTC, type Book, ETH } from "./venues.ts";

const LISTED = {
  binance: { id: "BTCUSDT", contractSize: 1, lot: 0.001, tick: 0.1, least: 0.001 },
  okx: { id: "BTC-USDT-SWAP", contractSize: 0.01, lot: 0.01, tick: 0.1, least: 0.01 },
} as const;

describe.each(VENUES)("ccxt on %s", { timeout: TIMEOUT_MS }, (venue) => {
  const perBase = PER_BASE[venue];
  /** A simulated book in the client's own units. */
  const seen = ({ bids, asks }: Book): Record<"bids" | "asks", number[][]> => ({
    bids: bids.map(([at, of]) => [Number(at), Number(of) * perBase]),
    asks: asks.map(([at, of]) => [Number(at), Number(of) * perBase]),
  });

  test("lists the swaps, their steps and their contracts", async () => {
    const { client } = await aClient(venue);
    const { id, contractSize, lot, tick, least } = LISTED[venue];
    expect([...client.symbols].toSorted()).toEqual(["BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT"]);
    expect(client.market(BTC_SWAP)).toMatchObject({
      id,
      type: "swap",
      linear: true,
      active: true,
      settle: "USDT",
      contractSize,
      precision: { amount: lot, price: tick },
      limits: { amount: { min: least } },
    });
  });

  test("tells the time", async () => {
    const { client } = await aClient(venue);
    expect(Math.abs(Number(await client.fetchTime()) - Date.now())).toBeLessThan(2_000);
  });

  test("shows the last price", async () => {
    const { client, running } = await aClient(venue);
    running.trade(venue, "buy", "60000.1", "0.5");
    expect(await client.fetchTicker(BTC_SWAP)).toMatchObject({ symbol: BTC_SWAP, last: 60_000.1, close: 60_000.1 });
    expect(Object.keys(await client.fetchTickers([BTC_SWAP]))).toEqual([BTC_SWAP]);
  });

  test("shows the best quote", async () => {
    const { client } = await aClient(venue);
    const best = { bid: 60_000, bidVolume: perBase, ask: 60_000.1, askVolume: perBase };
    const ticker =
      venue === "binance" ? (await client.fetchBidsAsks([BTC_SWAP]))[BTC_SWAP] : await client.fetchTicker(BTC_SWAP);
    expect(ticker).toMatchObject(best);
  });

  test.each([
    { swap: BTC_SWAP, instrument: BTC, contractsOfOkx: 100 },
    { swap: "ETH/USDT:USDT", instrument: ETH, contractsOfOkx: 10 },
  ])("shows the whole book of $swap", async ({ swap, instrument, contractsOfOkx }) => {
    const { client, running } = await aClient(venue);
    const book = await client.fetchOrderBook(swap, 5);
    const standing = running.book(venue, instrument);
    const of = (rows: Book["bids"]): number[][] =>
      rows.map(([at, base]) => [Number(at), Number(base) * (venue === "okx" ? contractsOfOkx : 1)]);
    // OKX adds a number of its own to each level.
    expect(book.bids.map((level) => level.slice(0, 2))).toEqual(of(standing.bids));
    expect(book.asks.map((level) => level.slice(0, 2))).toEqual(of(standing.asks));
  });

  test("shows a book that moved", async () => {
    const { client, running } = await aClient(venue);
    const moved: Book = { bids: [["60010", "3"]], asks: [["60010.5", "0.7"]] };
    running.show(venue, moved);
    const { bids, asks } = await client.fetchOrderBook(BTC_SWAP, 5);
    expect({ bids: bids.map((row) => row.slice(0, 2)), asks: asks.map((row) => row.slice(0, 2)) }).toEqual(seen(moved));
  });

  test("shows the mark and the coming funding", async () => {
    const { client, running } = await aClient(venue);
    const { nextFundingAt } = running.exchanges[venue].market(BTC);
    expect(await client.fetchMarkPrice(BTC_SWAP)).toMatchObject({ markPrice: 60_000 });
    expect(await client.fetchFundingRate(BTC_SWAP)).toMatchObject({
      fundingRate: 0.0001,
      fundingTimestamp: nextFundingAt,
    });
    expect(await client.fetchFundingInterval(BTC_SWAP)).toMatchObject({ interval: "8h" });
  });

  test("lists the fundings that were settled", async () => {
    const { client, running } = await aClient(venue);
    expect(await client.fetchFundingRateHistory(BTC_SWAP)).toEqual([]);
    const market = running.exchanges[venue].market(BTC);
    const at = instantAt(Date.now() - HOUR);
    market.settlements.push({ instrument: BTC, rate: market.fundingRate, mark: market.mark, at });
    const history = await client.fetchFundingRateHistory(BTC_SWAP);
    expect(history).toMatchObject([{ symbol: BTC_SWAP, fundingRate: 0.0001, timestamp: at }]);
  });

  test("tells how much leverage a size may have", async () => {
    const { client } = await aClient(venue);
    const [tier] = await client.fetchMarketLeverageTiers(BTC_SWAP);
    expect(tier).toMatchObject({ maintenanceMarginRate: 0.004, maxLeverage: venue === "binance" ? 125 : 100 });
  });
});
