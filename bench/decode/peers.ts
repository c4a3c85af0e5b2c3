import ccxt from "ccxt";
import type { EndState, Input } from "./market.ts";

interface Parsed {
  readonly stream?: string;
  readonly data: never;
}

/** `JSON.parse` and nothing else: what any library must pay before it begins. It comes to no state of its own. */
export function parseOnly(frames: readonly Buffer[]): number {
  let seen = 0;
  for (const frame of frames) if ((JSON.parse(frame.toString()) as Parsed).data) seen += 1;
  return seen;
}

/** One side as most bots keep it: two sorted arrays of doubles, the best at the end, where changes cost least. */
class SortedSide {
  readonly prices: number[] = [];
  readonly sizes: number[] = [];
  readonly #sign: 1 | -1;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  set(price: number, size: number): void {
    let low = 0;
    let high = this.prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.prices[middle] as number) - price) * this.#sign < 0) low = middle + 1;
      else high = middle;
    }
    const found = this.prices[low] === price;
    if (size === 0) {
      if (found) {
        this.prices.splice(low, 1);
        this.sizes.splice(low, 1);
      }
    } else if (found) this.sizes[low] = size;
    else {
      this.prices.splice(low, 0, price);
      this.sizes.splice(low, 0, size);
    }
  }
}

type Rows = readonly (readonly [string, string])[];

/** `JSON.parse` and sorted doubles: what most bots write. */
export class SortedDoubles {
  readonly #bids = new SortedSide(1);
  readonly #asks = new SortedSide(-1);
  readonly #okx: boolean;
  readonly #hasBook: boolean;
  #sequence = 0;
  #quote = { bid: 0, ask: 0, sequence: 0 };

  constructor(input: Input) {
    this.#okx = input.venue === "okx";
    this.#hasBook = input.snapshot !== null;
    if (input.snapshot !== null) {
      const parsed = JSON.parse(input.snapshot);
      const { bids, asks } = this.#okx ? parsed.data[0] : parsed;
      this.#put(bids, asks);
      this.#sequence = this.#okx ? parsed.data[0].seqId : parsed.lastUpdateId;
    }
    for (const frame of input.lead) {
      const { data } = JSON.parse(frame.toString());
      if (data.e !== "depthUpdate" || data.u < this.#sequence) continue;
      this.#put(data.b, data.a);
      this.#sequence = data.u;
    }
  }

  run(frames: readonly Buffer[]): void {
    for (const frame of frames) this.take(JSON.parse(frame.toString()) as never);
  }

  /** One frame that somebody else has parsed; of Binance, wrapped or not. */
  take(parsed: never): void {
    if (this.#okx) this.#onOkx(parsed);
    else this.#onBinance((parsed as Parsed).data ?? parsed);
  }

  get sequence(): number {
    return this.#hasBook ? this.#sequence : this.#quote.sequence;
  }

  /** Best price of a side now: the newer of book and best quote. */
  get bid(): number {
    return this.#quote.sequence > this.#sequence ? this.#quote.bid : (this.#bids.prices.at(-1) ?? 0);
  }

  get ask(): number {
    return this.#quote.sequence > this.#sequence ? this.#quote.ask : (this.#asks.prices.at(-1) ?? 0);
  }

  state(): EndState {
    const { bid, ask, sequence } = this.#quote;
    const depth = { bid: this.#bids.prices.at(-1) ?? 0, ask: this.#asks.prices.at(-1) ?? 0, sequence: this.#sequence };
    return { depth: this.#hasBook ? depth : null, quote: sequence === 0 ? null : { bid, ask, sequence } };
  }

  #onBinance(data: { e: string; pu: number; u: number; b: never; a: never; B: string; A: string }): void {
    if (data.e === "depthUpdate") {
      if (data.pu !== this.#sequence) throw new Error("gap");
      this.#put(data.b, data.a);
      this.#sequence = data.u;
    } else if (data.e === "bookTicker") {
      this.#quote = { bid: Number(data.b), ask: Number(data.a), sequence: data.u };
    }
  }

  #onOkx({ arg, data: [row] }: { arg: { channel: string }; data: [never] }): void {
    const { asks, bids, seqId, prevSeqId } = row as { asks: Rows; bids: Rows; seqId: number; prevSeqId: number };
    if (arg.channel === "books") {
      if (prevSeqId !== this.#sequence) throw new Error("gap");
      this.#put(bids, asks);
      this.#sequence = seqId;
    } else this.#quote = { bid: Number(bids[0]?.[0]), ask: Number(asks[0]?.[0]), sequence: seqId };
  }

  #put(bids: Rows, asks: Rows): void {
    for (const [price, size] of bids) this.#bids.set(Number(price), Number(size));
    for (const [price, size] of asks) this.#asks.set(Number(price), Number(size));
  }
}

interface CcxtBook {
  nonce: number;
  readonly bids: { readonly [index: number]: readonly [number, number] };
  readonly asks: { readonly [index: number]: readonly [number, number] };
  reset(snapshot: object): void;
  limit(): unknown;
}

interface CcxtPro {
  orderbooks: Record<string, CcxtBook>;
  bidsasks: Record<string, { bid: number; ask: number; info: { u?: number; seqId?: number } }>;
  orderBook(snapshot: object, depth: number): CcxtBook;
  setMarkets(markets: object[]): void;
  parseOrderBook(snapshot: object, symbol: string): object;
  client(url: string): { subscriptions: Record<string, unknown> };
  handleMessage(client: object, message: object): void;
  close(): Promise<void>;
}

/** ccxt.pro's own handlers on the same frames, with the `limit()` that its `watchOrderBook` does after each message. */
export class Ccxt {
  readonly #exchange: CcxtPro;
  readonly #client: object;
  readonly #symbol: string;
  readonly #okx: boolean;
  readonly #hasBook: boolean;
  readonly #book: CcxtBook;

  constructor(input: Input) {
    this.#okx = input.venue === "okx";
    this.#hasBook = input.snapshot !== null;
    const linear = input.symbol !== "BTCUSD_PERP";
    const Exchange = this.#okx ? ccxt.pro.okx : linear ? ccxt.pro.binanceusdm : ccxt.pro.binancecoinm;
    this.#exchange = new Exchange({ enableRateLimit: false, newUpdates: false }) as unknown as CcxtPro;
    this.#symbol = linear ? "BTC/USDT:USDT" : "BTC/USD:BTC";
    this.#exchange.setMarkets([market(input.symbol, this.#symbol, linear)]);
    this.#client = this.#exchange.client(
      this.#okx ? "wss://127.0.0.1:1/ws/v5/public" : "wss://127.0.0.1:1/public/stream",
    );
    this.#book = this.#exchange.orderBook({}, this.#okx ? 400 : 1_000);
    this.#exchange.orderbooks[this.#symbol] = this.#book;
    if (input.snapshot !== null) this.#begin(JSON.parse(input.snapshot), input);
  }

  run(frames: readonly Buffer[]): void {
    for (const frame of frames) {
      const message = JSON.parse(frame.toString());
      this.#exchange.handleMessage(this.#client, message);
      if (this.#okx ? message.arg.channel === "books" : message.data.e === "depthUpdate") this.#book.limit();
    }
  }

  state(): EndState {
    const book = this.#exchange.orderbooks[this.#symbol];
    if (book === undefined) throw new Error("ccxt lost its book: a gap");
    const depth = { bid: book.bids[0]?.[0] ?? 0, ask: book.asks[0]?.[0] ?? 0, sequence: book.nonce };
    const best = this.#exchange.bidsasks[this.#symbol];
    const quote = best && { bid: best.bid, ask: best.ask, sequence: Number(best.info.u ?? best.info.seqId) };
    return { depth: this.#hasBook ? depth : null, quote: quote ?? null };
  }

  #begin(
    snapshot: { lastUpdateId: number; bids: Rows; asks: Rows; data: [{ seqId: number; bids: Rows; asks: Rows }] },
    input: Input,
  ): void {
    const { bids, asks } = this.#okx ? snapshot.data[0] : snapshot;
    const nonce = this.#okx ? snapshot.data[0].seqId : snapshot.lastUpdateId;
    const levels = (side: Rows): [number, number][] => side.map(([price, size]) => [Number(price), Number(size)]);
    this.#book.reset({ nonce, bids: levels(bids), asks: levels(asks) });
    for (const frame of input.lead) this.#exchange.handleMessage(this.#client, JSON.parse(frame.toString()));
  }
}

/** A market as ccxt keeps it, so that it need not ask a venue for its list. */
export function market(id: string, symbol: string, linear: boolean): object {
  return {
    id,
    symbol,
    base: "BTC",
    quote: linear ? "USDT" : "USD",
    settle: linear ? "USDT" : "BTC",
    type: "swap",
    swap: true,
    spot: false,
    contract: true,
    linear,
    inverse: !linear,
    precision: { price: 0.1, amount: 0.001 },
    limits: {},
    info: {},
  };
}
