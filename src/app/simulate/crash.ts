import type { SeededChance } from "#adapters/host/chance.ts";

/** Where a process may die: around what it writes down, around a write to the wire, or at any moment. */
export const CRASH_POINTS = [
  "before-commit",
  "after-commit",
  "before-write",
  "after-write",
  "before-audit",
  "after-audit",
  "before-ledger",
  "after-ledger",
  "any-moment",
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

export interface CrashPlan {
  readonly point: CrashPoint;
  /** Which occasion of its point; with `any-moment`, how many ms after the start. */
  readonly nth: number;
  /** How long the machine is down. */
  readonly downMs: number;
}

const MOST_CRASHES = 3;

/** Among how many of the first occasions of its point one is drawn: about as many as a short life has. */
const OCCASIONS: Readonly<Record<Exclude<CrashPoint, "any-moment">, number>> = {
  "before-commit": 24,
  "after-commit": 24,
  "before-write": 6,
  "after-write": 6,
  "before-audit": 5,
  "after-audit": 5,
  "before-ledger": 12,
  "after-ledger": 12,
};

/** The crashes of one episode, drawn up front; one for each process that runs in it. */
export function drawCrashes(chance: SeededChance, withinMs: number): readonly CrashPlan[] {
  const count = chance.happens(0.4) ? 0 : 1 + chance.integer(MOST_CRASHES);
  return Array.from({ length: count }, () => {
    const point = chance.pick(CRASH_POINTS);
    const most = point === "any-moment" ? withinMs / 2 : OCCASIONS[point];
    return { point, nth: 1 + chance.integer(most), downMs: 100 + chance.integer(4_000) };
  });
}
