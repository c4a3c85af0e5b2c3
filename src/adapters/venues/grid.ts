import { DECIMALS } from "#domain/decimal.ts";
import { Levels } from "#domain/levels.ts";

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const LIMIT = Math.floor(Number.MAX_SAFE_INTEGER / 10) - 1;
const POWERS = Float64Array.from({ length: DECIMALS + 1 }, (_, power) => 10 ** power);

/**
 * Reads decimal text as a whole count of steps, without ever making a fraction: the digits are one whole number of
 * the step's last decimal. It is the hot twin of `countOf(parseFixed(text), step)`, and a test holds the two equal.
 */
export class Grid {
  /** Decimals of the step: more of them in a text must be zeros. */
  readonly decimals: number;
  /** The step in units of its last decimal; 0 when the step itself is no use. */
  readonly step: number;

  /** `step` in whole 10⁻¹², like every exact number of ours. */
  constructor(step: bigint) {
    let decimals = DECIMALS;
    let units = step;
    while (units > 0n && decimals > 0 && units % 10n === 0n) {
      units /= 10n;
      decimals -= 1;
    }
    this.decimals = decimals;
    this.step = units > 0n && units <= BigInt(LIMIT) ? Number(units) : 0;
  }

  /** The count, or -1 for anything that is not plain decimal text, is negative, lies off the grid or beyond 2⁵³. */
  count(text: unknown): number {
    if (typeof text !== "string" || this.step === 0) return -1;
    const { length } = text;
    let units = 0;
    let point = -1;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code === DOT) {
        if (point !== -1 || index === 0 || index === length - 1) return -1;
        point = index;
      } else if (code < ZERO || code > NINE) {
        return -1;
      } else if (point !== -1 && index - point > this.decimals) {
        if (code !== ZERO) return -1;
      } else {
        if (units > LIMIT) return -1;
        units = units * 10 + (code - ZERO);
      }
    }
    if (length === 0) return -1;
    const written = point === -1 ? 0 : Math.min(length - point - 1, this.decimals);
    for (let missing = this.decimals - written; missing > 0; missing -= 1) {
      if (units > LIMIT) return -1;
      units *= 10;
    }
    return units % this.step === 0 ? units / this.step : -1;
  }

  /**
   * Digits that were read as one whole number, `missing` decimals short of the step's: the count, or -1 when they are off
   * the grid, or so many that the slower `count` had better look at them.
   */
  ofDigits(digits: number, missing: number): number {
    const units = missing === 0 ? digits : digits * (POWERS[missing] as number);
    if (units > LIMIT) return -1;
    if (this.step === 1) return units;
    const count = Math.floor(units / this.step);
    return count * this.step === units ? count : -1;
  }
}

/** The two grids of one instrument as its venue writes it: OKX sizes are contracts, so its lot is one of contracts. */
export interface BookGrid {
  readonly prices: Grid;
  readonly sizes: Grid;
}

/** Grids of a feed, each kept once: hundreds of instruments have a dozen of them between them, and those stay in the cache. */
export class SharedGrids {
  readonly #known = new Map<string, BookGrid>();

  share(grid: BookGrid): BookGrid {
    const { prices, sizes } = grid;
    const name = `${prices.decimals} ${prices.step} ${sizes.decimals} ${sizes.step}`;
    const known = this.#known.get(name) ?? grid;
    this.#known.set(name, known);
    return known;
  }
}

/**
 * `[["63921.40","4.313"], …]` as ticks and lots; null when any level is not on the grid.
 * Nothing is rounded: a level we cannot say exactly is a frame we do not understand.
 */
export function readLevels(levels: unknown, grid: BookGrid): Levels | null {
  if (!Array.isArray(levels)) return null;
  const read = new Levels();
  const rows: readonly unknown[] = levels;
  for (const level of rows) {
    if (!Array.isArray(level)) return null;
    const tick = grid.prices.count(level[0]);
    const lots = grid.sizes.count(level[1]);
    if (tick <= 0 || lots < 0) return null;
    read.push(tick, lots);
  }
  return read;
}

/** Whether one message alone says that somebody bids at or above somebody's ask. */
export function crossed(bids: Levels, asks: Levels): boolean {
  let highest = 0;
  for (let index = 0; index < bids.length; index += 2) {
    const tick = bids.pairs[index] as number;
    if (tick > highest && (bids.pairs[index + 1] as number) > 0) highest = tick;
  }
  if (highest === 0) return false;
  for (let index = 0; index < asks.length; index += 2) {
    if ((asks.pairs[index] as number) <= highest && (asks.pairs[index + 1] as number) > 0) return true;
  }
  return false;
}
