/** How one part of the system stands. `UNKNOWN`: it could not be seen, which is neither right nor wrong. */
export type Level = "OK" | "UNKNOWN" | "WARN" | "ERROR" | "HOLD";

const LEVELS: readonly Level[] = ["OK", "UNKNOWN", "WARN", "ERROR", "HOLD"];

/** The worst of several; what could not be seen is worse than what is well. OK when there are none. */
export function worst(levels: Iterable<Level>): Level {
  let rank = 0;
  for (const level of levels) rank = Math.max(rank, LEVELS.indexOf(level));
  return LEVELS[rank] ?? "UNKNOWN";
}

/** P0 keeps money safe, P1 keeps us able to act, P2 tells what it earns, P3 is good to have. */
export const GROUPS = ["P0", "P1", "P2", "P3"] as const;
export type ComponentGroup = (typeof GROUPS)[number];
