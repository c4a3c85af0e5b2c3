import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import type { VenueDeps, VenueSettings } from "#adapters/venues/deps.ts";
import { KeyRing } from "#adapters/venues/key-ring.ts";
import { binanceVenue } from "#adapters/venues/binance/venue.ts";
import { okxVenue } from "#adapters/venues/okx/venue.ts";
import { bps, price, quantity, usdt } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP, instrumentId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import { MarketBook } from "#domain/market-book.ts";
import type { Instant } from "#domain/time.ts";
import type { HttpOutcome, SocketListener } from "#ports/wire.ts";
import type { EndState, Input } from "./market.ts";

const TICK = 0.1;

/** What an adapter needs to be told; nothing of it is ever sent anywhere. */
export const settings: VenueSettings = {
  restUrl: "http://venue.bench:1",
  wsUrl: "ws://venue.bench:1",
  orderUrl: "ws://venue.bench:1",
  orderEntry: "rest",
  orderTag: "bench",
  keys: new KeyRing({ apiKey: "", secret: "bench", passphrase: "" }),
  recvWindowMs: 5_000,
  visibilityLagMs: 5_000,
  simulated: false,
  fallbackFees: { maker: bps("2"), taker: bps("5") },
  depthMs: 0,
};

/** The production adapter, its session and its book, with a socket that says what it is given. */
export class Ours {
  readonly book: MarketBook;
  readonly frames: { readonly scanned: number; readonly surprises: number };
  readonly #listeners = new Map<string, SocketListener>();
  readonly #clock = new VirtualClock(1_723_161_255_000 as Instant);
  #quotes = 0;

  private constructor(input: Input) {
    const instrument = instrumentOf(input);
    this.book = new MarketBook(instrument);
    const make = input.venue === "binance" ? binanceVenue : okxVenue;
    const { marketData } = make(settings, this.#deps(input.snapshot ?? "{}"));
    this.frames = marketData.frames;
    marketData.subscribe([instrument], (update) => {
      if (update.type === "book") this.book.apply(update.update);
      else if (update.type === "best-quote") {
        this.book.note(update.quote);
        this.#quotes = update.quote.sequence;
      }
    });
  }

  /** Connected, its book standing on the snapshot. */
  static async open(input: Input): Promise<Ours> {
    const ours = new Ours(input);
    await ours.#turn();
    for (const listener of ours.#listeners.values()) listener.opened();
    if (input.venue === "okx" && input.snapshot !== null) ours.hear(Buffer.from(input.snapshot));
    for (const frame of input.lead) ours.hear(frame);
    await ours.#turn();
    return ours;
  }

  hear(frame: Buffer): void {
    this.#listeners.get("public")?.message(frame);
  }

  run(frames: readonly Buffer[]): void {
    const listener = this.#listeners.get("public");
    for (let index = 0; index < frames.length; index += 1) listener?.message(frames[index] as Buffer);
  }

  state(input: Input): EndState {
    const round = (ticks: number): number => Math.round(ticks) / 10;
    const depth = input.snapshot === null ? null : this.book.depth;
    const [bid, ask] = [this.book.bestTick("bid"), this.book.bestTick("ask")];
    return {
      depth: depth && { bid: round(depth.topTick("bid")), ask: round(depth.topTick("ask")), sequence: depth.sequence },
      quote: this.#quotes === 0 ? null : { bid: round(bid), ask: round(ask), sequence: this.#quotes },
    };
  }

  #deps(snapshot: string): VenueDeps {
    const answer: HttpOutcome = { outcome: "answered", status: 200, headers: new Map(), body: snapshot };
    return {
      clock: this.#clock,
      chance: new SeededChance("bench"),
      gate: { permits: () => false },
      log: { write: () => undefined },
      http: { send: () => Promise.resolve(answer), close: () => Promise.resolve() },
      sockets: {
        open: (url, listener) => {
          this.#listeners.set(/\/(public|market)/.exec(url)?.[1] ?? "", listener);
          return { send: () => true, ping: () => undefined, close: () => undefined };
        },
      },
    };
  }

  async #turn(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
}

export function instrumentOf(input: Input): Instrument {
  const contract = input.venue === "okx" ? "0.01" : "1";
  return {
    id: instrumentId("BTC-USDT-PERP"),
    venue: input.venue === "binance" ? BINANCE_UM : OKX_PERP,
    symbol: input.symbol,
    tick: price(`${TICK}`),
    lot: quantity(input.lot),
    minQuantity: quantity(input.lot),
    maxQuantity: quantity("1000"),
    minNotional: usdt("0"),
    contractSize: quantity(contract),
    maxLeverage: 100,
    tradable: true,
  };
}
