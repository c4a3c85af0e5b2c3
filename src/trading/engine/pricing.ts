import { type Bps, type Price, type Usdt, NO_BPS, NO_USDT, greatest, least, subtract, times } from "#domain/decimal.ts";
import type { Fill } from "#domain/fill.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { MarketBook } from "#domain/market-book.ts";
import { RecentMedian } from "../scanner/edge.ts";
import { type Evaluation, crossingCost, evaluate } from "../scanner/evaluate.ts";
import { Shortfall } from "../scanner/shortfall.ts";
import type { Rooms } from "./rooms.ts";

/** One way to trade a pair: long here, short there. */
export interface Direction {
  readonly instrument: InstrumentId;
  readonly long: MarketBook;
  readonly short: MarketBook;
}

const MEDIAN_SAMPLES = 64;
const SAMPLE_EVERY_MS = 250;

/** Prices a direction with everything the rooms know: books, fee tiers, funding, recent crossing costs, free margin. */
export class Pricing {
  readonly #rooms: Rooms;
  readonly #medians = new Map<InstrumentId, { median: RecentMedian; sampledAt: number }>();
  readonly #available = new Map<VenueId, Usdt>();
  readonly #shortfall = new Shortfall();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  directions(instrument: InstrumentId): readonly Direction[] {
    const [first, second] = this.#rooms.world.venues;
    const one = this.#rooms.books.of(first.id, instrument);
    const two = this.#rooms.books.of(second.id, instrument);
    if (!one || !two) return [];
    return [
      { instrument, long: one, short: two },
      { instrument, long: two, short: one },
    ];
  }

  noteFill(fill: Fill, decided: Price): void {
    this.#shortfall.note(fill, decided);
  }

  noteAvailable(venue: VenueId, available: Usdt): void {
    this.#available.set(venue, available);
  }

  /** The cheaper-than-any-law test: could this direction possibly pay? A few multiplications, no allocation. */
  mayPay({ long, short, instrument }: Direction): boolean {
    const ask = long.topTick("ask");
    const bid = short.topTick("bid");
    if (ask === null || bid === null) return true;
    const buy = ask * this.#tickSize(long);
    const sell = bid * this.#tickSize(short);
    return (sell - buy) * 10_000 >= buy * this.#floorBps(instrument, long, short);
  }

  /** By how much a direction that cannot pay misses, in words. */
  shortOf({ long, short, instrument }: Direction): string {
    const ask = (long.topTick("ask") ?? NaN) * this.#tickSize(long);
    const bid = (short.topTick("bid") ?? NaN) * this.#tickSize(short);
    const gap = ((bid - ask) / ask) * 10_000;
    return `the gap is ${gap.toFixed(2)} bps; fees, slippage and the wanted edge take ${this.#floorBps(instrument, long, short).toFixed(2)}`;
  }

  evaluate(direction: Direction, notional: Usdt, bandBps?: Bps): Evaluation {
    const { conditions, fees, settings, world } = this.#rooms;
    const { long, short, instrument } = direction;
    const longVenue = long.instrument.venue;
    const shortVenue = short.instrument.venue;
    const now = world.clock.now();
    this.#sample(direction, now);
    return evaluate({
      long,
      short,
      takerLong: fees(longVenue, instrument).taker,
      takerShort: fees(shortVenue, instrument).taker,
      fundingLong: conditions.funding(longVenue, instrument),
      fundingShort: conditions.funding(shortVenue, instrument),
      exitFloorBps: this.#medians.get(instrument)?.median.value ?? NO_BPS,
      shortfallBps: this.#shortfall.reserve(longVenue, shortVenue),
      notional,
      headroom: this.#marginHeadroom(longVenue, shortVenue),
      bandBps: bandBps ?? settings().maxSlippageBps,
      settings: settings(),
      now,
    });
  }

  /** What the free margin of the poorer venue carries at our leverage; unbounded until both have told us. */
  #marginHeadroom(long: VenueId, short: VenueId): Usdt {
    const leverage = this.#rooms.settings().leverage;
    const free = [long, short].map((venue) => this.#available.get(venue));
    const known = free.filter((amount) => amount !== undefined);
    const poorer = known.reduce((a, b) => least(a, b), known[0] ?? ((10n ** 30n) as Usdt));
    return greatest(NO_USDT, times(poorer, leverage));
  }

  #sample({ long, short, instrument }: Direction, now: number): void {
    const known = this.#medians.get(instrument) ?? { median: new RecentMedian(MEDIAN_SAMPLES), sampledAt: -Infinity };
    this.#medians.set(instrument, known);
    if (now - known.sampledAt < SAMPLE_EVERY_MS) return;
    if (long.topTick("bid") === null || short.topTick("bid") === null) return;
    if (long.topTick("ask") === null || short.topTick("ask") === null) return;
    known.sampledAt = now;
    known.median.note(crossingCost(long, short));
  }

  readonly #tickSizes = new WeakMap<MarketBook, number>();
  #tickSize(book: MarketBook): number {
    const known = this.#tickSizes.get(book);
    if (known !== undefined) return known;
    const size = Number(book.instrument.tick) / 1e12;
    this.#tickSizes.set(book, size);
    return size;
  }

  /** Fees, slippage reserve and wanted edge, less what funding could at most bring: a bound no viable trade is under. */
  #floorBps(instrument: InstrumentId, long: MarketBook, short: MarketBook): number {
    const { fees, settings, conditions } = this.#rooms;
    const { maxSlippageBps, minSpreadBps } = settings();
    const longVenue = long.instrument.venue;
    const shortVenue = short.instrument.venue;
    const taker = fees(longVenue, instrument).taker + fees(shortVenue, instrument).taker;
    const carry = (venue: VenueId): number => {
      const funding = conditions.funding(venue, instrument);
      if (!funding) return 0;
      const stamps = Math.ceil(settings().fundingHorizonMs / Math.max(1, funding.intervalMs)) + 1;
      return (Math.abs(Number(funding.rate)) / 1e12) * stamps;
    };
    const costs = Number(subtract((taker * 2n + maxSlippageBps) as Bps, -minSpreadBps as Bps)) / 1e12;
    return costs - carry(longVenue) - carry(shortVenue) - 1e-6;
  }
}
