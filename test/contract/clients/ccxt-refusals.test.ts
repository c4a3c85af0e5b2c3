/*
 * What the simulated venues refuse, in the client's own classes of errors.
 *
 * Calls: createOrder, fetchOrder, cancelOrder, fetchOrderBook, setLeverage, fetchBalance, fetchTime.
 *
 * The client rounds prices and sizes before it sends them; what it must not round is written into the request itself.
 */
import { describe, expect, test } from "vitest";
import type { Exchange } from "ccxt";
import { aClient, BTC_SWAP, CROSS, PER_BASE, refusalOf, TIMEOUT_MS, VENUES } from "./ccxt.ts";
import type { VenueName } from "./venues.ts";

interface Row {
  readonly what: string;
  readonly binance: string | null;
  readonly okx: string | null;
  ask(client: Exchange, venue: VenueName): Promise<unknown>;
}

/** A resting buy of a tenth, with these words instead of the client's. */
function order(client: Exchange, venue: VenueName, words: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  return client.createOrder(BTC_SWAP, "limit", "buy", 0.1 * PER_BASE[venue], 59_000, { ...CROSS[venue], ...words });
}

const priced = (venue: VenueName, at: string): object => (venue === "binance" ? { price: at } : { px: at });
const sized = (venue: VenueName, binance: string, okx: string): object =>
  venue === "binance" ? { quantity: binance } : { sz: okx };

const ROWS: readonly Row[] = [
  {
    what: "more than the margin bears",
    binance: "InsufficientFunds -2019",
    okx: "InsufficientFunds 51008",
    ask: (client, venue) => order(client, venue, { ...sized(venue, "100", "10000") }),
  },
  {
    what: "a price finer than the venue's digits",
    binance: "BadRequest -1111",
    okx: "BadRequest 51000",
    ask: (client, venue) => order(client, venue, { ...priced(venue, "59000.123456") }),
  },
  {
    what: "a price off the tick",
    binance: "BadRequest -4014",
    okx: "BadRequest 51000",
    ask: (client, venue) => order(client, venue, { ...priced(venue, "59000.15") }),
  },
  {
    what: "a quantity off the lot",
    binance: "BadRequest -1111",
    okx: "InvalidOrder 51121",
    ask: (client, venue) => order(client, venue, { ...sized(venue, "0.1001", "10.001") }),
  },
  {
    what: "an order too small",
    binance: "InvalidOrder -4164",
    okx: "InvalidOrder 51020",
    ask: (client, venue) => order(client, venue, { ...priced(venue, "49000"), ...sized(venue, "0.001", "0.001") }),
  },
  {
    what: "a price far above the market",
    binance: "BadRequest -4016",
    okx: "InvalidOrder 51006",
    ask: (client, venue) => order(client, venue, { ...priced(venue, "90000") }),
  },
  {
    what: "a name that was used before",
    binance: "InvalidOrder -4116",
    okx: "InvalidOrder 51016",
    ask: async (client, venue) => {
      await order(client, venue, { clientOrderId: "twice" });
      return order(client, venue, { clientOrderId: "twice" });
    },
  },
  {
    what: "reducing what is not there",
    binance: "InvalidOrder -2022",
    okx: "ExchangeError 51169",
    ask: (client, venue) => order(client, venue, { reduceOnly: true }),
  },
  {
    what: "a post-only order that would take",
    binance: "OrderNotFillable -5022",
    okx: null,
    ask: (client, venue) => order(client, venue, { postOnly: true, ...priced(venue, "60000.1") }),
  },
  {
    what: "the status of an order nobody knows",
    binance: "OrderNotFound -2013",
    okx: "OrderNotFound 51603",
    ask: (client) => client.fetchOrder("123456", BTC_SWAP),
  },
  {
    what: "the cancellation of an order nobody knows",
    binance: "OrderNotFound -2011",
    okx: "OrderNotFound 51400",
    ask: (client) => client.cancelOrder("123456", BTC_SWAP),
  },
  {
    what: "an instrument that is not listed",
    binance: "BadSymbol -1121",
    okx: "BadSymbol 51001",
    ask: (client) => client.fetchOrderBook(BTC_SWAP, 5, { symbol: "NOPEUSDT", instId: "NOPE-USDT-SWAP" }),
  },
  {
    what: "too much leverage",
    binance: "BadRequest -4028",
    okx: "ExchangeError 59102",
    ask: (client, venue) => client.setLeverage(venue === "binance" ? 10 : 120, BTC_SWAP, { leverage: 126 }),
  },
  {
    what: "a wrong key",
    binance: "AuthenticationError -2015",
    okx: "AuthenticationError 50111",
    ask: (client) => {
      client.apiKey = "somebody-else";
      return client.fetchBalance();
    },
  },
  {
    what: "a wrong secret",
    binance: "AuthenticationError -1022",
    okx: "AuthenticationError 50113",
    ask: (client) => {
      client.secret = "guessed";
      return client.fetchBalance();
    },
  },
  {
    what: "a wrong passphrase",
    binance: null,
    okx: "AuthenticationError 50105",
    ask: (client) => {
      client.password = "guessed";
      return client.fetchBalance();
    },
  },
  {
    what: "a clock that is a minute late",
    binance: "InvalidNonce -1021",
    okx: "InvalidNonce 50102",
    ask: (client) => {
      Object.assign(client.options, { timeDifference: 60_000 });
      return client.fetchBalance();
    },
  },
  {
    what: "more than it serves",
    binance: "DDoSProtection -1003",
    okx: "RateLimitExceeded 50011",
    ask: async (client, venue) => {
      const [calls, limit] = venue === "binance" ? [130, 1_000] : [45, 5];
      for (let call = 0; call < calls; call += 1) await client.fetchOrderBook(BTC_SWAP, limit);
    },
  },
];

describe.each(VENUES)("ccxt on %s is refused", { timeout: TIMEOUT_MS }, (venue) => {
  test.each(ROWS.filter((row) => row[venue] !== null))("$what: $" + venue, async (row) => {
    const { client } = await aClient(venue);
    const error = await refusalOf(client, row.ask(client, venue));
    const code = /"(?:sCode|code)": ?"?(-?(?!1")\d+)/.exec(error.message)?.[1];
    expect(`${error.constructor.name} ${code}`).toBe(row[venue]);
  });
});

test("ccxt on okx hears of a post-only order that would take only afterwards", { timeout: TIMEOUT_MS }, async () => {
  const { client } = await aClient("okx");
  const placed = await client.createOrder(BTC_SWAP, "limit", "buy", 10, 60_000.1, { postOnly: true, ...CROSS.okx });
  expect(await client.fetchOrder(String(placed.id), BTC_SWAP)).toMatchObject({
    status: "canceled",
    filled: 0,
    postOnly: true,
  });
});
