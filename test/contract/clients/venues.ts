import { Socket } from "node:net";
import { SeededChance } from "#adapters/host/chance.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import type { SimulatedExchange } from "#adapters/simulator/exchange.ts";
import type { MarketLevel } from "#adapters/simulator/liquidity.ts";
import type { Misfortune } from "#adapters/simulator/misfortune.ts";
import { serve } from "#adapters/simulator/server.ts";
import { SIMULATED_KEYS, simulatedVenues } from "#adapters/simulator/venues.ts";
import { bps, NO_QUANTITY, price, quantity } from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import { type InstrumentId, instrumentId } from "#domain/ids.ts";
import { after, HOUR } from "#domain/time.ts";
import type { Rows } from "../../simulator-kit.ts";

export type VenueName = "binance" | "okx";

export interface Book {
  readonly bids: Rows;
  readonly asks: Rows;
}

export interface Running {
  readonly urls: Readonly<Record<VenueName, { readonly rest: string; readonly ws: string }>>;
  readonly keys: typeof SIMULATED_KEYS;
  readonly exchanges: Readonly<Record<VenueName, SimulatedExchange>>;
  /** What is to go wrong, and on which occasion. */
  readonly misfortune: Misfortune;
  /** Hosts beyond loopback that somebody tried to reach. Each attempt failed. */
  readonly strangers: readonly string[];
  /** The book as it stands from now on; quantities in base. */
  show(venue: VenueName, book: Book, instrument?: InstrumentId): void;
  /** The standing book as a market shows it: best first, quantities in base. */
  book(venue: VenueName, instrument?: InstrumentId): Book;
  /** Somebody else trades, and fills what of ours rests at this price. */
  trade(venue: VenueName, taker: Side, at: string, of: string, instrument?: InstrumentId): void;
  stop(): Promise<void>;
}

export const BTC = instrumentId("BTC-USDT-PERP");
export const ETH = instrumentId("ETH-USDT-PERP");
export const SOL = instrumentId("SOL-USDT-PERP");

/** What stands on both venues when they start; quantities in base. */
const STANDING: readonly (readonly [InstrumentId, Book])[] = [
  [BTC, ladder(["60000", "59999.9", "59999.5"], ["60000.1", "60000.2", "60001"], ["1", "2", "5"])],
  [ETH, ladder(["2600", "2599.99", "2599.5"], ["2600.01", "2600.02", "2601"], ["10", "20", "50"])],
  [SOL, ladder(["150", "149.99", "149.5"], ["150.01", "150.02", "151"], ["100", "200", "500"])],
];
const VENUES: readonly VenueName[] = ["binance", "okx"];
const BEAT_MS = 100;
const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/** Both simulated venues behind real sockets on loopback, over a market that stands still and is confirmed ten times a second. */
export async function startVenues(): Promise<Running> {
  const strangers: string[] = [];
  const opened = stayHome(strangers);
  const clock = new SystemClock();
  const venues = simulatedVenues({ clock, chance: new SeededChance("clients") });
  const exchanges = { binance: venues.binance.exchange, okx: venues.okx.exchange };
  const markets = VENUES.flatMap((name) =>
    STANDING.map(([instrument, standing]) => new StandingMarket(name, exchanges[name], instrument, standing)),
  );
  const find = (venue: VenueName, instrument: InstrumentId): StandingMarket => {
    const market = markets.find((each) => each.venue === venue && each.instrument === instrument);
    if (!market) throw new Error(`${instrument} does not stand on ${venue}`);
    return market;
  };
  const beat = clock.every(BEAT_MS, () => {
    for (const market of markets) market.confirm();
  });
  const servers = { binance: await serve(venues.binance.dialect), okx: await serve(venues.okx.dialect) };
  let tradeId = 5_000;
  return {
    urls: servers,
    keys: SIMULATED_KEYS,
    exchanges,
    misfortune: venues.misfortune,
    strangers,
    show: (venue, book, instrument = BTC) => find(venue, instrument).show(book),
    book: (venue, instrument = BTC) => find(venue, instrument).standing,
    trade: (venue, taker, at, of, instrument = BTC) => {
      tradeId += 1;
      exchanges[venue].trade(instrument, { price: price(at), quantity: quantity(of), taker, id: tradeId });
    },
    stop: async () => {
      beat.stop();
      await Promise.all([servers.binance.close(), servers.okx.close()]);
      opened();
    },
  };
}

class StandingMarket {
  readonly venue: VenueName;
  readonly instrument: InstrumentId;
  readonly #exchange: SimulatedExchange;
  #sequence = 1_000;
  #standing: Book;

  constructor(venue: VenueName, exchange: SimulatedExchange, instrument: InstrumentId, standing: Book) {
    this.venue = venue;
    this.instrument = instrument;
    this.#exchange = exchange;
    this.#standing = standing;
    const { clock } = exchange;
    exchange.snapshot(instrument, { bids: levels(standing.bids), asks: levels(standing.asks), sequence: 1_000 });
    exchange.mark(instrument, price(standing.bids[0]?.[0] ?? "1"));
    const nextAt = after(clock.now(), HOUR - (clock.now() % HOUR));
    exchange.funding(instrument, { rate: bps("1"), nextAt, intervalMs: 8 * HOUR });
  }

  get standing(): Book {
    return this.#standing;
  }

  /** What our own takers took of it stands again. */
  confirm(): void {
    this.#tell(levels(this.#standing.bids), levels(this.#standing.asks));
  }

  show(book: Book): void {
    const gone = this.#standing;
    this.#standing = book;
    this.#tell([...emptied(gone.bids), ...levels(book.bids)], [...emptied(gone.asks), ...levels(book.asks)]);
  }

  #tell(bids: readonly MarketLevel[], asks: readonly MarketLevel[]): void {
    const previousSequence = this.#sequence;
    const sequence = previousSequence + 1;
    this.#sequence = sequence;
    this.#exchange.change(this.instrument, { bids, asks, sequence, firstSequence: sequence, previousSequence });
  }
}

function ladder(bids: readonly string[], asks: readonly string[], of: readonly string[]): Book {
  const rows = (prices: readonly string[]): Rows => prices.map((at, index) => [at, of[index] ?? "1"] as const);
  return { bids: rows(bids), asks: rows(asks) };
}

const levels = (rows: Rows): MarketLevel[] => rows.map(([at, of]) => [price(at), quantity(of)]);
const emptied = (rows: Rows): MarketLevel[] => rows.map(([at]) => [price(at), NO_QUANTITY]);

/** No socket of this process leaves the machine: an attempt fails at once and is remembered. Returns what undoes it. */
function stayHome(strangers: string[]): () => void {
  type Connect = (this: Socket, ...args: unknown[]) => Socket;
  // oxlint-disable-next-line typescript/unbound-method -- kept to be put back, and called with its own `this`
  const connect = Socket.prototype.connect as Connect;
  const guarded: Connect = function (...args) {
    const [first, second] = args.flat();
    const { host = "localhost" } = typeof first === "object" ? (first as { host?: string }) : { host: String(second) };
    if (LOOPBACK.has(host)) return connect.apply(this, args);
    strangers.push(host);
    throw new Error(`a test tried to reach ${host}`);
  };
  Object.assign(Socket.prototype, { connect: guarded });
  return () => Object.assign(Socket.prototype, { connect });
}
