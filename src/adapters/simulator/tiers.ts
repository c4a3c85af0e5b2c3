import { absolute, type Bps, type Price, type Quantity, subtract, type Usdt, usdt } from "#domain/decimal.ts";
import type { Listing } from "./listing.ts";
import { charge, value } from "./wallet.ts";

/** So much of a position may be held at so much leverage, and keeps so much margin. */
export interface Tier {
  /** Of notional in USDT, or of the position in base: as the venue counts. */
  readonly upTo: bigint;
  readonly maxLeverage: number;
  readonly maintenance: Bps;
}

/**
 * Binance counts brackets by notional and lets the margin rise evenly across their borders (`cum`); OKX counts tiers by
 * size and takes the rate of the tier for the whole position.
 */
export interface Tiers {
  readonly by: "notional" | "size";
  /** Smallest first. */
  readonly rows: readonly Tier[];
}

/** Where a listing says nothing of it. */
const UNBOUNDED = usdt("120000000");

export function tiersOf({ tiers, maxLeverage, maintenanceMargin }: Listing): Tiers {
  if (tiers) return tiers;
  return { by: "notional", rows: [{ upTo: UNBOUNDED, maxLeverage, maintenance: maintenanceMargin }] };
}

/** What is taken off at each border, so that the margin does not jump: one for each row. */
export function deductions(rows: readonly Tier[]): readonly Usdt[] {
  let sum = 0n as Usdt;
  return rows.map(({ maintenance }, index) => {
    const below = rows[index - 1];
    if (below) sum = (sum + charge(below.upTo as Usdt, subtract(maintenance, below.maintenance))) as Usdt;
    return sum;
  });
}

/** The margin a position must keep at this mark. */
export function maintenanceOf(listing: Listing, mark: Price, quantity: Quantity): Usdt {
  const { by, rows } = tiersOf(listing);
  const worth = absolute(value(mark, quantity));
  const size = by === "notional" ? worth : absolute(quantity);
  const index = rows.findIndex(({ upTo }) => size <= upTo);
  const row = rows.at(index);
  if (!row) return worth;
  const owed = charge(worth, row.maintenance);
  if (by === "size" || rows.length === 1) return owed;
  return subtract(owed, deductions(rows).at(index) ?? (0n as Usdt));
}

/** The most that may be held at this leverage, as the venue counts it. */
export function mostAt(listing: Listing, leverage: number): bigint {
  const { rows } = tiersOf(listing);
  return rows.reduce((most, { upTo, maxLeverage }) => (maxLeverage >= leverage ? upTo : most), 0n);
}

/** Whether so much may not be held at this leverage. */
export function exceeds(listing: Listing, leverage: number, mark: Price, quantity: Quantity): boolean {
  if (!listing.tiers) return false;
  const size = absolute(quantity);
  return (listing.tiers.by === "size" ? size : value(mark, size)) > mostAt(listing, leverage);
}
