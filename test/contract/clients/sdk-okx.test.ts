/**
 * The npm package `okx-api` judges our OKX. Nothing in it is changed but its addresses and keys.
 *
 * REST (`RestClient`): getSystemTime, getInstruments, getOrderBook, getTicker, getFundingRate, getFundingRateHistory,
 * getMarkPrice, getAccountConfiguration, getBalance, getPositions, setLeverage, getLeverage, getFeeRates,
 * setPositionMode, submitOrder, submitMultipleOrders, amendOrder, getOrderDetails, cancelOrder, getOrderList,
 * getOrderHistory, getFills, getBills, cancelAllAfter, amendMultipleOrders, cancelMultipleOrders, closePositions,
 * getMaxBuySellAmount, getMinMaxLimitPrice, getPositionTiers, getTickers, getAccountRateLimit, getAccountInstruments.
 */
import { type APICredentials, type OrderRequest, RestClient } from "okx-api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { close, like, PATIENCE_MS, REST } from "./sdk.ts";
import { type Running, startVenues } from "./venues.ts";

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

const instId = "BTC-USDT-SWAP";
const instType = "SWAP";

let venues: Running;
let client: RestClient;

function credentials(given: Partial<APICredentials> = {}): APICredentials {
  const { key, secret, passphrase } = venues.keys.okx;
  return { apiKey: key, apiSecret: secret, apiPass: passphrase, ...given };
}

const rest = (given: Partial<APICredentials> = {}): RestClient =>
  new RestClient({ ...credentials(given), baseUrl: venues.urls.okx.rest }, REST);

const order = { instId, tdMode: "cross" } as const;
/** Ten contracts of a hundredth each: a tenth of a bitcoin. */
const taking: OrderRequest = { ...order, side: "buy", ordType: "ioc", px: "60000.1", sz: "10" };
const resting: OrderRequest = { ...order, side: "buy", ordType: "limit", px: "59500", sz: "1" };

const details = async (ordId: string) => (await client.getOrderDetails({ instId, ordId }))[0];
async function placed(request: OrderRequest): Promise<string> {
  const [answer] = await client.submitOrder({ ...request });
  expect(answer).toMatchObject({ sCode: "0" });
  return answer?.ordId ?? "";
}

beforeEach(async () => {
  venues = await startVenues();
  client = rest();
});

afterEach(() => close(venues));

describe("what anybody may ask", () => {
  test("the time", async () => {
    const [time] = await client.getSystemTime({});
    expect(Math.abs(Number(time?.ts) - Date.now())).toBeLessThan(1_000);
  });

  test("the instruments, in contracts", async () => {
    const all = await client.getInstruments({ instType });
    expect(all).toHaveLength(3);
    const [btc] = await client.getInstruments({ instType, instId });
    expect(btc).toMatchObject({ instId, state: "live", ctVal: "0.01", ctValCcy: "BTC", settleCcy: "USDT" });
    expect(btc).toMatchObject({ lotSz: "0.01", minSz: "0.01", tickSz: "0.1", lever: "100" });
  });

  test("the book and the ticker", async () => {
    const [book] = await client.getOrderBook({ instId, sz: "2" });
    expect(book?.asks[0]?.slice(0, 3)).toEqual(["60000.1", "100", "0"]);
    expect(book?.bids.map(([at]) => at)).toEqual(["60000", "59999.9"]);
    const [ticker] = await client.getTicker({ instId });
    expect(ticker).toMatchObject({ instId, bidPx: "60000", bidSz: "100", askPx: "60000.1", askSz: "100" });
  });

  test("limits, tiers and all tickers", async () => {
    const [limit] = await client.getMinMaxLimitPrice({ instId });
    expect(Number(limit?.buyLmt)).toBeGreaterThan(60_000);
    const [tier] = await client.getPositionTiers({ instType, tdMode: "cross", instFamily: "BTC-USDT" });
    expect(tier).toMatchObject({ tier: "1", maxLever: "100", mmr: "0.004" });
    expect(await client.getTickers({ instType })).toHaveLength(3);
  });

  test("mark price and funding", async () => {
    expect(await client.getMarkPrice({ instType, instId })).toMatchObject([{ instId, markPx: "60000" }]);
    const [funding] = await client.getFundingRate({ instId });
    expect(funding).toMatchObject({ instId, fundingRate: "0.0001" });
    expect(Number(funding?.fundingTime)).toBeGreaterThan(Date.now());
    expect(await client.getFundingRateHistory({ instId })).toEqual([]);
  });
});

describe("the account", () => {
  test("configuration, balances, positions and fees", async () => {
    const [config] = await client.getAccountConfiguration();
    expect(config).toMatchObject({ acctLv: "2", posMode: "net_mode" });
    const [balance] = await client.getBalance();
    expect(balance?.details).toMatchObject([{ ccy: "USDT", cashBal: "100000", availEq: "100000" }]);
    expect(await client.getPositions({ instType })).toEqual([]);
    const [fees] = await client.getFeeRates({ instType, instFamily: "BTC-USDT" });
    const feeGroup = like({ groupId: "2", maker: "-0.0002", taker: "-0.0005" });
    expect(fees).toMatchObject({ feeGroup: expect.arrayContaining([feeGroup]) as unknown });
  });

  test("what it may trade, and how much", async () => {
    expect(await client.getAccountInstruments({ instType })).toHaveLength(3);
    const [most] = await client.getMaxBuySellAmount({ instId, tdMode: "cross" });
    expect(most).toMatchObject({ instId, maxBuy: "833.33" });
    expect(await client.getAccountRateLimit()).toMatchObject([{ accRateLimit: "1000" }]);
  });

  test("leverage and position mode", async () => {
    const set = await client.setLeverage({ instId, lever: "7", mgnMode: "cross" });
    expect(set).toMatchObject([{ instId, lever: "7", mgnMode: "cross" }]);
    expect(await client.getLeverage({ instId, mgnMode: "cross" })).toMatchObject([{ instId, lever: "7" }]);
    const netMode = { posMode: "net_mode" } as const;
    expect(await client.setPositionMode(netMode)).toEqual([netMode]);
    await placed(resting);
    await expect(client.setPositionMode({ posMode: "long_short_mode" })).rejects.toMatchObject({ code: "59000" });
  });
});

describe("orders", () => {
  test("an immediate order takes what stands, and leaves fill, position, bill and balance behind", async () => {
    const clOrdId = "judge1";
    const ordId = await placed({ ...taking, clOrdId });
    expect(await details(ordId)).toMatchObject({ state: "filled", accFillSz: "10", avgPx: "60000.1", clOrdId });
    const [fill] = await client.getFills({ instType, ordId });
    expect(fill).toMatchObject({ ordId, fillPx: "60000.1", fillSz: "10", execType: "T", feeCcy: "USDT" });
    expect(Number(fill?.fee)).toBeCloseTo(-3.000005, 8);
    const [position] = await client.getPositions({ instId });
    expect(position).toMatchObject({ instId, pos: "10", posSide: "net", avgPx: "60000.1", mgnMode: "cross" });
    const bills = await client.getBills({ instType, type: "2" });
    expect(bills.map(({ fee }) => Number(fee))).toContain(-3.000005);
    const [balance] = await client.getBalance({ ccy: "USDT" });
    expect(balance?.details).toMatchObject([{ cashBal: "99996.999995" }]);
  });

  test("what an immediate order cannot take is canceled by the venue", async () => {
    const ordId = await placed({ ...taking, sz: "150" });
    const found = await details(ordId);
    expect(found).toMatchObject({ state: "canceled", accFillSz: "100", cancelSource: "14" });
    expect(await client.getOrderHistory({ instType })).toMatchObject([{ ordId, state: "canceled" }]);
  });

  test("a post-only order that would take is accepted, then canceled", async () => {
    const ordId = await placed({ ...taking, ordType: "post_only" });
    expect(await details(ordId)).toMatchObject({ state: "canceled", accFillSz: "0", cancelSource: "31" });
  });

  test("a resting order is found, amended, and canceled once", async () => {
    const ordId = await placed(resting);
    expect(await details(ordId)).toMatchObject({ state: "live", px: "59500", sz: "1", accFillSz: "0" });
    expect(await client.amendOrder({ instId, ordId, newPx: "59400" })).toMatchObject([{ ordId, sCode: "0" }]);
    expect(await client.getOrderList({ instType })).toMatchObject([{ ordId, px: "59400" }]);
    expect(await client.cancelOrder({ instId, ordId })).toMatchObject([{ ordId, sCode: "0" }]);
    const again = client.cancelOrder({ instId, ordId });
    await expect(again).rejects.toMatchObject({ code: "1", data: [{ sCode: "51400" }] });
    expect(await details(ordId)).toMatchObject({ state: "canceled", cancelSource: "1" });
    expect(await client.getOrderList({ instType })).toEqual([]);
  });

  test("a resting order that somebody takes is a maker's fill", async () => {
    const ordId = await placed({ ...resting, side: "sell", ordType: "post_only", px: "60000.1" });
    venues.trade("okx", "buy", "60000.2", "5");
    const [fill] = await client.getFills({ instType });
    expect(fill).toMatchObject({ ordId, execType: "M", fillSz: "1", side: "sell" });
    expect(Number(fill?.fee)).toBeCloseTo(-0.1200002, 8);
  });

  test("a market order opens, and a reducing one closes no more than there is", async () => {
    const opened = await placed({ ...order, side: "sell", ordType: "market", sz: "20" });
    expect(await details(opened)).toMatchObject({ state: "filled", avgPx: "60000", px: "" });
    expect(await client.getPositions({ instId })).toMatchObject([{ pos: "-20" }]);
    const close: OrderRequest = { ...order, side: "buy", ordType: "market", sz: "20", reduceOnly: true };
    expect(await details(await placed(close))).toMatchObject({ reduceOnly: "true", state: "filled", pnl: "-0.02" });
    expect(await client.getPositions({ instType })).toEqual([]);
    // Asked for by name, a position that was is shown as flat.
    expect(await client.getPositions({ instId })).toMatchObject([{ pos: "0" }]);
    await expect(client.submitOrder({ ...close })).rejects.toMatchObject({ code: "1", data: [{ sCode: "51169" }] });
  });

  test("of many orders each has its own verdict", async () => {
    const wrong = { ...resting, sz: "1.001" };
    const both = client.submitMultipleOrders([{ ...resting }, wrong]);
    await expect(both).rejects.toMatchObject({ code: "2", data: [{ sCode: "0" }, { sCode: "51121" }] });
    const [open] = await client.getOrderList();
    const ordId = open?.ordId ?? "";
    const amended = await client.amendMultipleOrders([{ instId, ordId, newPx: "59400" }]);
    expect(amended).toMatchObject([{ ordId, sCode: "0" }]);
    const canceled = client.cancelMultipleOrders([
      { instId, ordId },
      { instId, ordId },
    ]);
    await expect(canceled).rejects.toMatchObject({ code: "2", data: [{ sCode: "0" }, { sCode: "51400" }] });
    expect(await client.getOrderList()).toEqual([]);
  });

  test("a position is closed as a whole", async () => {
    await placed(taking);
    expect(await client.closePositions({ instId, mgnMode: "cross" })).toMatchObject([{ instId, posSide: "net" }]);
    expect(await client.getPositions()).toEqual([]);
    await expect(client.closePositions({ instId, mgnMode: "cross" })).rejects.toMatchObject({ code: "51023" });
  });

  test("long and short beside each other", async () => {
    await client.setPositionMode({ posMode: "long_short_mode" });
    const market = { ...order, ordType: "market", sz: "10" } as const;
    const nameless = client.submitOrder({ ...market, side: "buy" });
    await expect(nameless).rejects.toMatchObject({ data: [{ sCode: "51000" }] });
    await placed({ ...market, side: "buy", posSide: "long" });
    await placed({ ...market, side: "sell", posSide: "short" });
    const rows = await client.getPositions({ instType });
    expect(rows.map(({ pos, posSide }) => `${posSide} ${pos}`).toSorted()).toEqual(["long 10", "short 10"]);
  });

  test("the dead man's switch is set and taken back", async () => {
    const [set] = await client.cancelAllAfter({ timeOut: "10" });
    expect(Number(set?.triggerTime)).toBeGreaterThan(0);
    expect(await client.cancelAllAfter({ timeOut: "0" })).toMatchObject([{ triggerTime: "0" }]);
  });

  test("the dead man's switch does not wake before ten seconds, nor twice a second", async () => {
    const early = { timeOut: "5" };
    await expect(client.cancelAllAfter(early)).rejects.toMatchObject({ code: "51000" });
    await expect(client.cancelAllAfter(early)).rejects.toMatchObject({ code: "51000" });
    await expect(client.cancelAllAfter(early)).rejects.toMatchObject({ code: "50011" });
  });
});

describe("refusals reach the caller with the venue's number", () => {
  test.each([
    { says: "too large for the margin", words: { sz: "2000" }, sCode: "51008" },
    { says: "no multiple of the lot", words: { sz: "1.001" }, sCode: "51121" },
    { says: "less than the least", words: { sz: "0" }, sCode: "51000" },
    { says: "off the tick", words: { px: "59500.05" }, sCode: "51000" },
    { says: "beyond the price limit", words: { px: "90000" }, sCode: "51006" },
    { says: "an instrument that is none", words: { instId: "NOPE-USDT-SWAP" }, sCode: "51001" },
  ])("$says: $sCode", async ({ words, sCode }) => {
    const refused = client.submitOrder({ ...resting, ...words });
    await expect(refused).rejects.toMatchObject({ code: "1", data: [{ ordId: "", sCode }] });
  });

  test("a name that stands already", async () => {
    await placed({ ...resting, clOrdId: "judge1" });
    const again = client.submitOrder({ ...resting, clOrdId: "judge1" });
    await expect(again).rejects.toMatchObject({ code: "1", data: [{ sCode: "51016" }] });
  });

  test("an order nobody sent", async () => {
    await expect(client.getOrderDetails({ instId, clOrdId: "nobody" })).rejects.toMatchObject({ code: "51603" });
  });

  test.each([
    { says: "a key that is not known", keys: { apiKey: "stranger" }, code: "50111" },
    { says: "a wrong secret", keys: { apiSecret: "wrong" }, code: "50113" },
    { says: "a wrong passphrase", keys: { apiPass: "wrong" }, code: "50105" },
  ])("$says: $code", async ({ keys, code }) => {
    await expect(rest(keys).getBalance()).rejects.toMatchObject({ code });
  });

  test("a host beyond this machine is never reached", async () => {
    const astray = new RestClient({ baseUrl: "http://venue.invalid" }, REST);
    await expect(astray.getSystemTime({})).rejects.toThrow("venue.invalid");
    expect((venues.strangers as string[]).splice(0)).toEqual(["venue.invalid"]);
  });
});
