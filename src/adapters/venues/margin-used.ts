import { type Bps, type Usdt, bps, ratioBps } from "#domain/decimal.ts";

/** Maintenance margin as a share of the equity; null where either is not told. Without equity all of it is used. */
export function marginUsed(maintenance: Usdt | null, equity: Usdt | null): Bps | null {
  if (maintenance === null || equity === null) return null;
  if (maintenance === 0n) return bps("0");
  return equity <= 0n ? bps("10000") : ratioBps(maintenance, equity, "up");
}
