/** A bound on one figure: a ratio, mostly. */
export interface Goal {
  readonly what: string;
  readonly figure: number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One part of one bench: a line for people, figures for the file. */
export interface Part {
  readonly bench: string;
  readonly part: string;
  readonly ours: string;
  readonly against: readonly string[];
  readonly rounds: number;
  readonly goals: readonly Goal[];
  readonly noisy: boolean;
  /** Hash or text of the state that every variant ended in. */
  readonly fingerprint: string;
  readonly notes?: readonly string[];
}

/** Missed by more than this on a quiet run fails the bench. */
const TOLERANCE = 1.1;

export function isMet({ figure, atMost, atLeast }: Goal, tolerance = 1): boolean {
  if (Number.isNaN(figure)) return false;
  if (atMost !== undefined && figure > atMost * tolerance) return false;
  return atLeast === undefined || figure * tolerance >= atLeast;
}

export function verdict({ goals, noisy }: Part): "ok" | "missed" | "noisy" {
  if (goals.every((goal) => isMet(goal))) return "ok";
  return noisy ? "noisy" : "missed";
}

export const fails = (part: Part): boolean => !part.noisy && part.goals.some((goal) => !isMet(goal, TOLERANCE));

export const number = (value: number): string => {
  if (Number.isNaN(value)) return "unknown";
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
};

const bound = ({ atMost, atLeast }: Goal): string => (atMost === undefined ? `>=${atLeast ?? "?"}` : `<=${atMost}`);

export function line(part: Part): string {
  const goals = part.goals.map((goal) => `${isMet(goal) ? "" : "!"}${bound(goal)}`).join(" ");
  return [
    part.bench.padEnd(8),
    part.part.padEnd(26),
    `ours ${part.ours}`,
    ...part.against,
    `n=${part.rounds}`,
    `goals ${goals || "none"}`,
    verdict(part),
  ].join("  ");
}
