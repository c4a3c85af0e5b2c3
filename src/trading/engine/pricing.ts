import { type Bps, type Price, type Usdt, NO_BPS, NO_USDT, greatest, least, times } from "#domain/decimal.ts";
import type { Fill } from "#domain/fill.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { Settings } from "#domain/settings.ts";
import type { Instant } from "#domain/time.ts";
import { RecentMedian } from "../scanner/edge.ts";
import { type Evaluation, crossingCost, evaluate } from "../scanner/evaluate.ts";
import { leastGapBps } from "../scanner/prefilter.ts";
import { QuietPairs } from "../scanner/quiet-pairs.ts";
import { Shortfall } from "../scanner/shortfall.ts";
import { Direction } from "./direction.ts";
import type { Rooms } from "./rooms.ts";

const MEDIAN_SAMPLES = 64;
const SAMPLE_EVERY_MS = 250;
/** Fees change without a word to us here; what is worked out from them is worked out again this often. */
const FLOOR_LASTS_MS = 1_000;
const NEVER = Number.NEGATIVE_INFINITY;
const NONE: readonly Direction[] = [];

/** Prices a direction with everything the rooms know: books, fee tiers, funding, recent crossing costs, free margin. */
export class Pricing {
  readonly #rooms: Rooms;
  readonly #medians = new Map<InstrumentId, { median: RecentMedian; sampledAt: number }>();
  readonly #available = new Map<VenueId, Usdt>();
  readonly #shortfall = new Shortfall();
  readonly #directions = new Map<InstrumentId, readonly Direction[]>();
  readonly #quiet: QuietPairs;
  /** Counts the settings that floors were worked out from. */
  #epoch = 0;
  #settings: Settings | null = null;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
    this.#quiet = new QuietPairs(rooms.books.tops);
  }

  directions(instrument: InstrumentId): readonly Direction[] {
    const known = this.#directions.get(instrument);
    if (known) return known;
    const [first, second] = this.#rooms.world.venues;
    const one = this.#rooms.books.of(first.id, instrument);
    const two = this.#rooms.books.of(second.id, instrument);
    if (!one || !two) return NONE;
    const both = [new Direction(one, two), new Direction(two, one)];
    this.#directions.set(instrument, both);
    return both;
  }

  noteFill(fill: Fill, decided: Price): void {
    this.#shortfall.note(fill, decided);
  }

  /** A funding rate or its stamps have changed: what was worked out from them no longer holds, for this pair alone. */
  noteFunding(instrument: InstrumentId): void {
    const directions = this.directions(instrument);
    for (const direction of directions) direction.floorAt = NEVER;
    this.learnQuiet(directions);
  }

  noteAvailable(venue: VenueId, available: Usdt): void {
    this.#available.set(venue, available);
  }

  /** Both directions of a pair of books cannot pay: one comparison each, and nothing else is looked at. */
  isQuiet(book: MarketBook, at: Instant): boolean {
    return this.#quiet.isQuiet(book.row, at, this.#epochNow());
  }

  /** After a look at both directions: what the next one needs. A pair that pays is looked at whole until it has ended. */
  learnQuiet(directions: readonly Direction[]): void {
    const paying = directions.some((direction) => direction.paying);
    const until = paying ? NEVER : Math.min(...directions.map(({ floorAt }) => floorAt)) + FLOOR_LASTS_MS;
    const buying = directions.map(({ long, prefilter }) => ({ row: long.row, leastRatio: prefilter.leastRatio }));
    this.#quiet.learn(buying, until, this.#epochNow());
  }

  /** The cheaper-than-any-law test: could this direction possibly pay? An empty side is for the law to name. */
  mayPay(direction: Direction, at: Instant): boolean {
    if (this.#floorIsOld(direction, at)) this.#workOutFloor(direction, at);
    const ask = direction.long.bestTick("ask");
    const bid = direction.short.bestTick("bid");
    return ask === -1 || bid === -1 || direction.prefilter.mayPay(ask, bid);
  }

  /** By how much a direction that cannot pay misses, in words. */
  shortOf({ long, short, prefilter, floorBps }: Direction): string {
    const gap = prefilter.gapBps(long.bestTick("ask"), short.bestTick("bid"));
    return `the gap is ${gap.toFixed(2)} bps; fees, slippage and the wanted edge take ${floorBps.toFixed(2)}`;
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

  #epochNow(): number {
    const current = this.#rooms.settings();
    if (this.#settings !== current) this.#epoch += 1;
    this.#settings = current;
    return this.#epoch;
  }

  #floorIsOld(direction: Direction, at: Instant): boolean {
    return direction.settings !== this.#rooms.settings() || at - direction.floorAt >= FLOOR_LASTS_MS;
  }

  #workOutFloor(direction: Direction, at: Instant): void {
    const { conditions, fees, settings } = this.#rooms;
    const { instrument, long, short } = direction;
    const [longVenue, shortVenue] = [long.instrument.venue, short.instrument.venue];
    direction.settings = settings();
    direction.floorAt = at;
    direction.floorBps = leastGapBps({
      takerLong: fees(longVenue, instrument).taker,
      takerShort: fees(shortVenue, instrument).taker,
      fundingLong: conditions.funding(longVenue, instrument),
      fundingShort: conditions.funding(shortVenue, instrument),
      settings: settings(),
    });
    direction.prefilter.require(direction.floorBps);
  }
}
