import type { BestQuote } from "#domain/quote.ts";
import type { VenueId } from "#domain/ids.ts";

export interface GapQuantiles {
  readonly states: number;
  readonly median: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Best prices of one venue as doubles. */
interface Held {
  readonly bid: number;
  readonly ask: number;
}

/**
 * The gap between two venues in both directions, in basis points, one reading for every best quote of either of them
 * once both have spoken. A statistic for people: it is measured in doubles and decides nothing.
 */
export class GapStatistics {
  readonly #venues: readonly [VenueId, VenueId];
  readonly #held: [Held | null, Held | null] = [null, null];
  readonly #gaps: readonly [number[], number[]] = [[], []];

  constructor(venues: readonly [VenueId, VenueId]) {
    this.#venues = venues;
  }

  note(quote: BestQuote, tick: number): void {
    const held = { bid: quote.bidTick * tick, ask: quote.askTick * tick };
    this.#held[quote.venue === this.#venues[0] ? 0 : 1] = held;
    const [first, second] = this.#held;
    if (!first || !second) return;
    this.#gaps[0].push(gap(first, second));
    this.#gaps[1].push(gap(second, first));
  }

  /** Keyed `buy <here> sell <there>`. */
  report(): Readonly<Record<string, GapQuantiles>> {
    const [a, b] = this.#venues;
    return { [`buy ${a} sell ${b}`]: quantiles(this.#gaps[0]), [`buy ${b} sell ${a}`]: quantiles(this.#gaps[1]) };
  }
}

function gap(buy: Held, sell: Held): number {
  return ((sell.bid - buy.ask) / buy.ask) * 10_000;
}

function quantiles(gaps: readonly number[]): GapQuantiles {
  const sorted = Float64Array.from(gaps).toSorted();
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN);
  return { states: sorted.length, median: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}

const round = (value: number): number => Math.round(value * 100) / 100;
