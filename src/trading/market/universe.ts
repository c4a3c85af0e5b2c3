import type { InstrumentId } from "#domain/ids.ts";
import { gridFault, type Instrument } from "#domain/instrument.ts";

/** One instrument as two venues list it. */
export interface Pair {
  readonly id: InstrumentId;
  readonly listings: readonly [Instrument, Instrument];
}

/**
 * The instruments that trade on both venues, by name.
 *
 * @param wanted names to scan; empty for all common ones
 * @param most how many at the most, in alphabetical order; a chosen name is never cut off
 */
export function commonInstruments(
  first: readonly Instrument[],
  second: readonly Instrument[],
  wanted: readonly InstrumentId[],
  most: number,
): { readonly pairs: readonly Pair[]; readonly missing: readonly InstrumentId[] } {
  const there = new Map(second.map((instrument) => [instrument.id, instrument]));
  const common = first
    .filter((instrument) => instrument.tradable && gridFault(instrument) === null)
    .flatMap((instrument): Pair[] => {
      const twin = there.get(instrument.id);
      if (!twin?.tradable || gridFault(twin) !== null) return [];
      return [{ id: instrument.id, listings: [instrument, twin] }];
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (wanted.length === 0) return { pairs: common.slice(0, most), missing: [] };
  return {
    pairs: common.filter(({ id }) => wanted.includes(id)),
    missing: wanted.filter((id) => !common.some((pair) => pair.id === id)),
  };
}
