import type { SeededChance } from "#adapters/host/chance.ts";
import { type Quantity, bps } from "#domain/decimal.ts";
import { HOUR, type Instant } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Liquidity, MarketLevel } from "../liquidity.ts";
import type { Listing } from "../listing.ts";
import { type Gap, type GapShape, moveGap, restingGap } from "./gap.ts";
import { Ladder } from "./ladder.ts";

/** One instrument of the model: where its price starts, and its two listings. */
export interface ModelInstrument {
  readonly startPrice: number;
  readonly listings: readonly [Listing, Listing];
}

export interface ModelShape {
  /** How often prices move. */
  readonly stepMs: number;
  /** How many steps between two depth changes of one venue. */
  readonly stepsPerDepth: number;
  /** Standard deviation of the common price in one second, in basis points. */
  readonly volatilityBps: number;
  readonly gap: GapShape;
  /** Levels on each side. */
  readonly levels: number;
  /** Typical size of a level, in quote currency. */
  readonly levelNotional: number;
}

/**
 * Calibrated on the recordings: 193 best quotes and 19 depth messages a second on the busier venue, a gap whose
 * median is about 1 bp, 99th percentile 4, 99.9th 8, greatest 12 in six minutes.
 */
export const CALIBRATED: ModelShape = {
  stepMs: 10,
  stepsPerDepth: 5,
  volatilityBps: 0.9,
  gap: {
    noiseBps: 0.9,
    meanBps: 0.98,
    revertPerSecond: 0.8,
    burstsPerHour: 40,
    burstBps: [5, 11],
    burstHoldMs: 2_500,
    firstBurstMs: null,
  },
  levels: 20,
  levelNotional: 40_000,
};

/**
 * The demo's market: calmer noise about a wider gap, and now and then a gap that pays for all four fills and lasts long
 * enough to look at it. Real gaps of this size are rare; that is said where it is shown.
 */
export const DEMO: ModelShape = {
  ...CALIBRATED,
  stepMs: 25,
  stepsPerDepth: 4,
  gap: {
    meanBps: 1.6,
    noiseBps: 0.4,
    revertPerSecond: 0.8,
    burstsPerHour: 120,
    burstBps: [34, 46],
    burstHoldMs: 6_000,
    firstBurstMs: null,
  },
};

const FUNDING_INTERVAL_MS = 8 * HOUR;
const MARK_EVERY_MS = 1_000;

/** A seeded market that moves by itself: one price for both venues, and a gap between them that comes home. */
export class ModelMarket {
  readonly #tracks: Track[];
  readonly #clock: Clock;
  readonly #shape: ModelShape;
  #timer: Timer | null = null;
  #steps = 0;

  constructor(
    instruments: readonly ModelInstrument[],
    venues: readonly [Liquidity, Liquidity],
    { clock, chance, shape }: { readonly clock: Clock; readonly chance: SeededChance; readonly shape: ModelShape },
  ) {
    this.#clock = clock;
    this.#shape = shape;
    this.#tracks = instruments.map((instrument) => {
      const own = chance.child(`market/${instrument.listings[0].base}`);
      return new Track(instrument, venues, own, shape, clock.now());
    });
  }

  /** Shows a first book at once, then moves until stopped. */
  start(): void {
    for (const track of this.#tracks) track.open(this.#clock.now());
    this.#timer = this.#clock.every(this.#shape.stepMs, () => this.#step());
  }

  stop(): void {
    this.#timer?.stop();
  }

  /** Opens a gap now on one instrument, by its place in the list, for this long: for a demonstration and for tests. */
  burst(index: number, gapBps: number, holdMs: number): void {
    this.#tracks[index]?.burst(gapBps, holdMs, this.#clock.now());
  }

  #step(): void {
    this.#steps += 1;
    const depth = this.#steps % this.#shape.stepsPerDepth === 0;
    const mark = this.#steps % Math.max(1, Math.round(MARK_EVERY_MS / this.#shape.stepMs)) === 0;
    for (const track of this.#tracks) track.step(this.#clock.now(), depth, mark);
  }
}

/** One instrument's path on both venues. Its numbers make a market, they never touch money: prices leave as whole ticks. */
class Track {
  readonly #instrument: ModelInstrument;
  readonly #venues: readonly [Liquidity, Liquidity];
  readonly #chance: SeededChance;
  readonly #shape: ModelShape;
  readonly #ladders: readonly [Ladder, Ladder];
  readonly #sequence: [number, number] = [1_000_000, 1_000_000];
  readonly #depthSequence: [number, number] = [1_000_000, 1_000_000];
  #middle: number;
  #gap: Gap;
  #trades = 1;

  constructor(
    instrument: ModelInstrument,
    venues: readonly [Liquidity, Liquidity],
    chance: SeededChance,
    shape: ModelShape,
    now: Instant,
  ) {
    this.#instrument = instrument;
    this.#venues = venues;
    this.#chance = chance;
    this.#shape = shape;
    this.#middle = instrument.startPrice;
    this.#gap = restingGap(shape.gap, now);
    const ladder = (listing: Listing) => new Ladder(listing, shape, chance);
    this.#ladders = [ladder(instrument.listings[0]), ladder(instrument.listings[1])];
  }

  open(now: Instant): void {
    for (const leg of [0, 1] as const) {
      const venue = this.#venues[leg];
      const { instrument } = this.#instrument.listings[leg];
      const { bids, asks } = this.#ladders[leg].rebuild(this.#priceOf(leg));
      venue.mark(instrument, this.#ladders[leg].middle());
      this.#fund(leg, now);
      venue.snapshot(instrument, { bids, asks, sequence: this.#depthSequence[leg] });
    }
  }

  burst(gapBps: number, holdMs: number, now: Instant): void {
    this.#gap = { ...this.#gap, burstBps: gapBps, burstUntil: (now + holdMs) as Instant };
  }

  step(now: Instant, depth: boolean, mark: boolean): void {
    const seconds = this.#shape.stepMs / 1_000;
    this.#middle *= 1 + (this.#shape.volatilityBps / 10_000) * Math.sqrt(seconds) * this.#chance.normal();
    this.#gap = moveGap(this.#gap, this.#shape.gap, now, seconds, this.#chance);
    for (const leg of [0, 1] as const) {
      const { instrument } = this.#instrument.listings[leg];
      this.#ladders[leg].move(this.#priceOf(leg));
      this.#best(leg);
      if (depth) this.#depth(leg);
      if (mark) this.#venues[leg].mark(instrument, this.#ladders[leg].middle());
      if (this.#chance.happens(0.02)) this.#trade(leg);
    }
  }

  #priceOf(leg: 0 | 1): number {
    const half = (this.#gap.bps / 20_000) * (leg === 0 ? -1 : 1);
    return this.#middle * (1 + half);
  }

  #best(leg: 0 | 1): void {
    const best = this.#ladders[leg].best();
    if (!best) return;
    this.#sequence[leg] += 1 + this.#chance.integer(5);
    this.#venues[leg].best(this.#instrument.listings[leg].instrument, { ...best, sequence: this.#sequence[leg] });
  }

  #depth(leg: 0 | 1): void {
    const { bids, asks } = this.#ladders[leg].takeChanges();
    const previousSequence = this.#depthSequence[leg];
    this.#sequence[leg] += 1;
    this.#depthSequence[leg] = this.#sequence[leg];
    this.#venues[leg].change(this.#instrument.listings[leg].instrument, {
      firstSequence: previousSequence + 1,
      sequence: this.#depthSequence[leg],
      previousSequence,
      bids,
      asks,
    });
  }

  #trade(leg: 0 | 1): void {
    const best = this.#ladders[leg].best();
    if (!best) return;
    const taker = this.#chance.happens(0.5) ? "buy" : "sell";
    const [at, standing]: MarketLevel = taker === "buy" ? best.ask : best.bid;
    const { lot, instrument } = this.#instrument.listings[leg];
    const lots = standing / lot;
    const size = (((lots * BigInt(1 + this.#chance.integer(9))) / 10n || 1n) * lot) as Quantity;
    this.#venues[leg].trade(instrument, { price: at, quantity: size, taker, id: this.#trades++ });
  }

  #fund(leg: 0 | 1, now: Instant): void {
    const nextAt = (Math.floor(now / FUNDING_INTERVAL_MS + 1) * FUNDING_INTERVAL_MS) as Instant;
    const hundredths = this.#chance.integer(150);
    const rate = bps((hundredths / 100).toFixed(2));
    this.#venues[leg].funding(this.#instrument.listings[leg].instrument, {
      rate,
      nextAt,
      intervalMs: FUNDING_INTERVAL_MS,
    });
  }
}
