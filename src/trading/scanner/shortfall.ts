import { type Bps, type Price, NO_BPS, add, gapBps, greatest, negate } from "#domain/decimal.ts";
import type { Fill } from "#domain/fill.ts";
import type { VenueId } from "#domain/ids.ts";

const KEEP = 64;
/** Fewer fills than this tell of luck, not of a venue. */
const LEAST = 8;
const QUANTILE = 0.75;

/** By how much our own fills were worse than the price they were decided at, lately, on each venue. */
export class Shortfall {
  readonly #recent = new Map<VenueId, Bps[]>();
  /** Worked out after a fill, not at every look. */
  readonly #reserves = new Map<VenueId, Bps>();

  note(fill: Pick<Fill, "venue" | "side" | "price">, decided: Price): void {
    const moved = gapBps(decided, fill.price, "up");
    const worse = fill.side === "buy" ? moved : negate(moved);
    const known = this.#recent.get(fill.venue) ?? [];
    known.push(worse);
    if (known.length > KEEP) known.shift();
    this.#recent.set(fill.venue, known);
    this.#reserves.set(fill.venue, upperQuantile(known));
  }

  /** What a hedge over both venues should reserve, in basis points; never less than nothing. */
  reserve(long: VenueId, short: VenueId): Bps {
    return add(this.#reserves.get(long) ?? NO_BPS, this.#reserves.get(short) ?? NO_BPS);
  }
}

function upperQuantile(known: readonly Bps[]): Bps {
  if (known.length < LEAST) return NO_BPS;
  const sorted = known.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return greatest(sorted[Math.floor(QUANTILE * sorted.length)] ?? NO_BPS, NO_BPS);
}
