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
  /** What the product does not have yet: nothing was measured, and no goal is met. */
  readonly unbuilt?: string;
}

/** Missed by more than this on a quiet run fails the bench. */
const TOLERANCE = 1.1;

export function isMet({ figure, atMost, atLeast }: Goal, tolerance = 1): boolean {
  // What could not be told is no number, and none at all once it has been written as JSON.
  if (!Number.isFinite(figure)) return false;
  if (atMost !== undefined && figure > atMost * tolerance) return false;
  return atLeast === undefined || figure * tolerance >= atLeast;
}

export function verdict({ goals, noisy, unbuilt }: Part): "ok" | "missed" | "noisy" | "unknown" {
  if (unbuilt !== undefined) return "unknown";
  if (goals.every((goal) => isMet(goal))) return "ok";
  return noisy ? "noisy" : "missed";
}

/** What is not built has no figure to fail by; its goals count as not met all the same. */
export const fails = (part: Part): boolean =>
  !part.noisy && part.unbuilt === undefined && part.goals.some((goal) => !isMet(goal, TOLERANCE));

/** A part of the product that is not there yet, with the goals it will be held to. */
export function unbuiltPart(bench: string, part: string, says: string, goals: readonly Omit<Goal, "figure">[]): Part {
  return {
    bench,
    part,
    ours: "unknown",
    against: [],
    rounds: 0,
    goals: goals.map((goal) => ({ ...goal, figure: Number.NaN })),
    noisy: false,
    fingerprint: "",
    notes: [`not built yet: ${says}`],
    unbuilt: says,
  };
}

export const number = (value: number): string => {
  if (!Number.isFinite(value)) return "unknown";
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
