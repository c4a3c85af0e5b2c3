import ccxt from "ccxt";
import { market } from "../decode/peers.ts";
import type { EndState } from "../decode/market.ts";
import type { Brief, Receiver } from "./receiver.ts";

const SYMBOL = "BTC/USDT:USDT";
const SUBSCRIBED_MS = 200;
const LOOK_MS = 2;

interface Book {
  readonly nonce: number;
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}

interface Best {
  readonly bid: number;
  readonly ask: number;
  readonly info: { readonly u?: number; readonly seqId?: number };
}

interface Pro {
  readonly urls: { api: Record<string, unknown> & { ws: Record<string, unknown> | string } };
  readonly orderbooks: Record<string, Book>;
  readonly bidsasks: Record<string, Best>;
  setMarkets(markets: object[]): void;
  loadHttpProxyAgent(): Promise<unknown>;
  watchOrderBook(symbol: string): Promise<unknown>;
  watchBidsAsks(symbols: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** ccxt.pro as its users call it: one `watch` after the other, for ever. */
export async function openCcxt(brief: Brief): Promise<Receiver> {
  const client = clientOf(brief);
  client.setMarkets([{ ...market(brief.symbol, SYMBOL, true), lowercaseId: brief.symbol.toLowerCase(), active: true }]);
  // It asks its proxy modules how to open a socket without TLS, even when there is no proxy.
  await client.loadHttpProxyAgent();
  const finished = Promise.withResolvers<number>();
  const hasBook = brief.snapshot !== null;
  let woken = 0;
  let closed = false;
  const next = (): Promise<unknown> => (hasBook ? client.watchOrderBook(SYMBOL) : client.watchBidsAsks([SYMBOL]));
  const watch = async (): Promise<void> => {
    for (; !closed; woken += 1) await next();
  };
  // With a book the first wake is the snapshot's; without one there is none before the first frame.
  if (hasBook) await next();
  watch().catch((error: unknown) => (closed ? undefined : finished.reject(error)));
  if (!hasBook) await new Promise((resolve) => setTimeout(resolve, SUBSCRIBED_MS));
  // A message that comes while nobody waits wakes nobody, the last one too: its state is looked at from beside.
  const looking = setInterval(() => {
    const { depth, quote } = stateOf(client, hasBook);
    if ((depth ?? quote)?.sequence === brief.lastId) finished.resolve(woken);
  }, LOOK_MS);
  return {
    finished: finished.promise,
    state: () => stateOf(client, hasBook),
    close: () => {
      closed = true;
      clearInterval(looking);
      client.close().catch(() => undefined);
    },
  };
}

function clientOf({ venue, port }: Brief): Pro {
  const common = { enableRateLimit: false, newUpdates: false, timeout: 20_000 };
  if (venue === "binance") {
    const client = new ccxt.pro.binanceusdm({ ...common, options: { watchOrderBookRate: "0" } }) as unknown as Pro;
    const { api } = client.urls;
    for (const version of ["", "V2", "V3"]) api[`fapiPublic${version}`] = `http://127.0.0.1:${port}/fapi/v1`;
    (api.ws as Record<string, unknown>)["future"] = `ws://127.0.0.1:${port}/ws`;
    return client;
  }
  const client = new ccxt.pro.okx({ ...common, options: { defaultType: "swap" } }) as unknown as Pro;
  Object.assign(client.urls.api, { rest: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}/ws/v5` });
  return client;
}

function stateOf({ orderbooks, bidsasks }: Pro, hasBook: boolean): EndState {
  const book = orderbooks[SYMBOL];
  if (hasBook) {
    const [bid, ask] = [book?.bids[0]?.[0] ?? 0, book?.asks[0]?.[0] ?? 0];
    return { depth: { bid, ask, sequence: book?.nonce ?? 0 }, quote: null };
  }
  const best = bidsasks[SYMBOL];
  return { depth: null, quote: { bid: best?.bid ?? 0, ask: best?.ask ?? 0, sequence: idOf(best) } };
}

const idOf = (best: Best | undefined): number => Number(best?.info.u ?? best?.info.seqId ?? 0);
