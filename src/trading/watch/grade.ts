import type { Level } from "#domain/health.ts";

/** From which share of its limit a value is worth a look, and worth a worry, in per cent. */
export interface Grades {
  readonly warnFrom: number;
  readonly errorFrom: number;
}

/** The level of a value below its limit; at the limit or beyond it is HOLD. Exact, whatever the unit. */
export function grade(value: bigint | number, limit: bigint | number, { warnFrom, errorFrom }: Grades): Level {
  if (value >= limit) return "HOLD";
  if (reaches(value, limit, errorFrom)) return "ERROR";
  return reaches(value, limit, warnFrom) ? "WARN" : "OK";
}

function reaches(value: bigint | number, limit: bigint | number, percent: number): boolean {
  return typeof value === "bigint" && typeof limit === "bigint"
    ? value * 100n > limit * BigInt(percent)
    : Number(value) * 100 > Number(limit) * percent;
}
