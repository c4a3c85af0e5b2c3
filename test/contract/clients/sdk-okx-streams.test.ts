/**
 * The websockets of the npm package `okx-api` over our OKX. Nothing in it is changed but its addresses and keys.
 *
 * `WebsocketClient`, one for each door, since it takes one address: subscribe (books, tickers, mark-price, orders,
 * positions, account, balance_and_position), and the login that comes before the private ones.
 * `WebsocketAPIClient`: submitNewOrder, submitMultipleOrders, amendOrder, cancelOrder, cancelMultipleOrders.
 * `RestClient`: getInstruments, submitOrder, cancelOrder, getOrderDetails, getOrderList, getBills, getFundingRateHistory.
 */
import { type OrderIdRequest, type OrderRequest, RestClient, WebsocketAPIClient, WebsocketClient } from "okx-api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bps } from "#domain/decimal.ts";
import { after, HOUR } from "#domain/time.ts";
import { close, hears, like, PATIENCE_MS, QUIET, REST } from "./sdk.ts";
import { BTC, type Running, startVenues } from "./venues.ts";

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

const instId = "BTC-USDT-SWAP";
const instType = "SWAP";

let venues: Running;
let client: RestClient;
const streams: WebsocketClient[] = [];

beforeEach(async () => {
  venues = await startVenues();
  client = new RestClient({ ...credentials(), baseUrl: venues.urls.okx.rest }, REST);
});

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.closeAll(true);
  await close(venues);
});

function credentials(): { readonly apiKey: string; readonly apiSecret: string; readonly apiPass: string } {
  const { key, secret, passphrase } = venues.keys.okx;
  return { apiKey: key, apiSecret: secret, apiPass: passphrase };
}

interface Listener {
  readonly stream: WebsocketClient;
  readonly heard: unknown[];
  readonly answers: unknown[];
}

const at = (door: "public" | "private"): string => `${venues.urls.okx.ws}/ws/v5/${door}`;

/** A stream client at one door, and all it has heard. */
function listener(door: "public" | "private", apiSecret = credentials().apiSecret): Listener {
  const accounts = door === "private" ? { accounts: [{ ...credentials(), apiSecret }] } : {};
  const stream = new WebsocketClient({ ...accounts, wsUrl: at(door) }, QUIET);
  const heard: unknown[] = [];
  const answers: unknown[] = [];
  stream.on("update", (update) => heard.push(update));
  stream.on("response", (answer) => answers.push(answer));
  stream.on("exception", (error) => answers.push(error));
  streams.push(stream);
  return { stream, heard, answers };
}

/**
 * Orders by websocket, each a promise. It is let in before it is used: left to log in with its first order, the package
 * logs in twice at once, and over a loopback it may then wait for an answer that came before it looked.
 */
async function trader(): Promise<WebsocketAPIClient> {
  const options = { accounts: [credentials()], wsUrl: at("private"), attachEventListeners: false };
  const api = new WebsocketAPIClient(options, QUIET);
  const stream = api.getWSClient();
  streams.push(stream);
  const letIn = new Promise((resolve) => stream.on("authenticated", resolve));
  await stream.connectPrivate();
  await letIn;
  return api;
}

/** A push of this channel with such a row. */
const pushes = (heard: readonly unknown[], channel: string, row: object): Promise<void> =>
  hears(heard, { arg: like({ channel }), data: expect.arrayContaining([like(row)]) as unknown });

const order = { instId, tdMode: "cross" } as const;
/** Ten contracts of a hundredth each: a tenth of a bitcoin. */
const taking: OrderRequest = { ...order, side: "buy", ordType: "ioc", px: "60000.1", sz: "10" };
const resting: OrderRequest = { ...order, side: "buy", ordType: "limit", px: "59500", sz: "1" };

async function placed(request: OrderRequest): Promise<string> {
  const [answer] = await client.submitOrder({ ...request });
  return answer?.ordId ?? "";
}

describe("streams", () => {
  test("market data by the public door", async () => {
    const { stream, heard } = listener("public");
    const channels = ["books", "tickers", "mark-price"] as const;
    await Promise.all(stream.subscribe(channels.map((channel) => ({ channel, instId }))));
    await hears(heard, { arg: { channel: "books", instId }, action: "snapshot" });
    await pushes(heard, "mark-price", { instId, markPx: "60000" });
    venues.show("okx", { bids: [["59990", "3"]], asks: [["60010", "4"]] });
    await hears(heard, { arg: { channel: "books", instId }, action: "update" });
    await pushes(heard, "tickers", { instId, bidPx: "59990", bidSz: "300", askPx: "60010", askSz: "400" });
  });

  test("a book's changes follow upon its snapshot, one upon the other", async () => {
    const { stream, heard } = listener("public");
    await Promise.all(stream.subscribe({ channel: "books", instId }));
    for (const quantity of ["3", "4", "5"]) {
      await hears(heard, { action: "snapshot" });
      const before = heard.length;
      venues.show("okx", { bids: [["59990", quantity]], asks: [["60010", "4"]] });
      await vi.waitFor(() => expect(heard.length).toBeGreaterThan(before), 1_000);
    }
    const chain = heard.map((told) => (told as { data: { prevSeqId: number; seqId: number }[] }).data[0]);
    expect(chain.map((link) => link?.prevSeqId)).toEqual([-1, ...chain.slice(0, -1).map((link) => link?.seqId)]);
    expect(heard.at(-1)).toMatchObject({
      action: "update",
      data: [{ bids: [["59990", "500", "0", "1"]], checksum: 0 }],
    });
  });

  test("the account's events by the private door, after a login", async () => {
    const { stream, heard, answers } = listener("private");
    const channels = [
      { channel: "orders", instType },
      { channel: "positions", instType },
      { channel: "account" },
    ] as const;
    await Promise.all(stream.subscribe([...channels]));
    await hears(answers, { event: "subscribe", arg: like({ channel: "orders" }) });
    await pushes(heard, "account", { details: [like({ ccy: "USDT", cashBal: "100000" })] });
    const ordId = await placed(taking);
    await pushes(heard, "orders", { ordId, state: "filled", fillSz: "10", fillPx: "60000.1", accFillSz: "10" });
    await pushes(heard, "positions", { instId, pos: "10" });
    const quiet = await placed(resting);
    await client.cancelOrder({ instId, ordId: quiet });
    await pushes(heard, "orders", { ordId: quiet, state: "live" });
    await pushes(heard, "orders", { ordId: quiet, state: "canceled", cancelSource: "1" });
  });

  test("a broken line is opened again, logs in, and tells on", async () => {
    const { stream, heard, answers } = listener("private");
    await Promise.all(stream.subscribe({ channel: "orders", instType }));
    await hears(answers, { event: "subscribe" });
    answers.length = 0;
    stream.getWsStore().getWs(stream.getMarketWsKey("private"))?.terminate?.();
    await hears(answers, { event: "subscribe" });
    const ordId = await placed(taking);
    await pushes(heard, "orders", { ordId, state: "filled" });
  });

  test("a funding payment is a push and a bill", async () => {
    await placed(taking);
    const { stream, heard, answers } = listener("private");
    await Promise.all(stream.subscribe({ channel: "balance_and_position" }));
    await hears(answers, { event: "subscribe" });
    const { okx } = venues.exchanges;
    okx.funding(BTC, { rate: bps("1"), nextAt: after(okx.clock.now(), 50), intervalMs: 8 * HOUR });
    await pushes(heard, "balance_and_position", { eventType: "funding_fee" });
    const [bill] = await client.getBills({ instType, type: "8" });
    expect(bill).toMatchObject({ instId, subType: "173", balChg: "-0.6", pnl: "-0.6" });
    expect(await client.getFundingRateHistory({ instId })).toMatchObject([{ instId, realizedRate: "0.0001" }]);
  });

  test("a login with a wrong secret opens nothing", async () => {
    const { stream, answers } = listener("private", "wrong");
    void Promise.allSettled(stream.subscribe({ channel: "orders", instType }));
    await hears(answers, { event: "error", code: "60007" });
  });
});

describe("orders by websocket", () => {
  const words = { tdMode: "cross", side: "buy", ordType: "limit", sz: "1", px: "59500" } as const;
  const code = async (): Promise<number> => {
    const [btc] = await client.getInstruments({ instType, instId });
    return Number(btc?.instIdCode);
  };

  test("one is placed and amended", async () => {
    const api = await trader();
    const instIdCode = await code();
    const { data } = await api.submitNewOrder({ ...words, instIdCode, clOrdId: "judge1" });
    const [{ ordId }] = data;
    expect(data).toMatchObject([{ clOrdId: "judge1", sCode: "0" }]);
    const amended = await api.amendOrder({ instIdCode, ordId, newPx: "59400" });
    expect(amended).toMatchObject({ op: "amend-order", code: "0", data: [{ ordId, sCode: "0" }] });
    expect(await client.getOrderDetails({ instId, ordId })).toMatchObject([{ state: "live", px: "59400" }]);
  });

  test("one is canceled once", async () => {
    const api = await trader();
    const gone = { instId, instIdCode: await code(), ordId: await placed(resting) };
    expect(await api.cancelOrder(gone)).toMatchObject({ code: "0", data: [{ ordId: gone.ordId, sCode: "0" }] });
    await expect(api.cancelOrder(gone)).rejects.toMatchObject({ code: "1", data: [{ sCode: "51400" }] });
  });

  test("several, each with its own verdict", async () => {
    const api = await trader();
    const instIdCode = await code();
    const good = { ...words, instIdCode };
    const both = api.submitMultipleOrders([good, { ...good, sz: "1.001" }]);
    await expect(both).rejects.toMatchObject({ code: "2", data: [{ sCode: "0" }, { sCode: "51121" }] });
    const [open] = await client.getOrderList();
    const ordId = open?.ordId ?? "";
    const canceled = await api.cancelMultipleOrders([{ instId, instIdCode, ordId } as OrderIdRequest]);
    expect(canceled).toMatchObject({ op: "batch-cancel-orders", code: "0", data: [{ ordId, sCode: "0" }] });
  });

  test("an instrument goes by its number only", async () => {
    const refused = (await trader()).submitNewOrder({ ...words, instId });
    await expect(refused).rejects.toMatchObject({ code: "1", data: [{ sCode: "50014" }] });
  });
});
