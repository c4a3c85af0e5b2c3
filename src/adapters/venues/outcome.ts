import type { VenueFault } from "#domain/fault.ts";
import type { Answer } from "#ports/venue.ts";

export const answered = <T>(value: T): Answer<T> => ({ outcome: "answered", value });
export const faulted = (fault: VenueFault): { readonly outcome: "fault"; readonly fault: VenueFault } => ({
  outcome: "fault",
  fault,
});

/** A read's answer that is not in the shape the venue promised. Reading again changes nothing and may help. */
export const unreadable = (what: string): VenueFault => ({
  kind: "not-done",
  code: "unreadable",
  says: `an answer we cannot read: ${what}`,
});

/**
 * What a code means for what we may do next; the letters of the error tables in brackets.
 * `rejected` (F, I), `not-done` (R), `throttled` (L), `outcome-unknown` (U), `venue-stop` (H).
 */
export type Verdict = VenueFault["kind"];

/** `[verdict, [codes and inclusive ranges]]` as one lookup. */
export function verdictTable(
  rows: readonly (readonly [Verdict, readonly (number | readonly [number, number])[]])[],
): ReadonlyMap<number, Verdict> {
  const table = new Map<number, Verdict>();
  for (const [verdict, codes] of rows) {
    for (const code of codes) {
      if (typeof code === "number") table.set(code, verdict);
      else for (let each = Math.min(...code); each <= Math.max(...code); each += 1) table.set(each, verdict);
    }
  }
  return table;
}
