import { type Bps, type Fixed, format } from "#domain/decimal.ts";

const HUNDREDTH = 10_000_000_000n;

/** A value as a status line shows it: two places, cut off. */
export const shown = <Unit extends string>(value: Fixed<Unit>): string =>
  format((value - (value % HUNDREDTH)) as Fixed<Unit>);

export const percent = (points: Bps): string => `${shown((points / 100n) as Bps)} %`;
