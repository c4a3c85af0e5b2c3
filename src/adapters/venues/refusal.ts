import { assertNever } from "#domain/assert.ts";
import type { VenueFault } from "#domain/fault.ts";
import type { Verdict } from "./outcome.ts";

/** An answer that is not a success, in their words. `code` is null when the body was not theirs (HTML of an edge, nothing). */
export interface Refusal {
  readonly status: number;
  readonly code: number | null;
  readonly says: string;
  /** From `Retry-After`, in ms; null when absent. */
  readonly retryAfterMs: number | null;
  /** The venue's clock, for `banned until`. */
  readonly serverNow: number;
}

/** How long to be silent, and whether we are banned. */
export interface Quiet {
  readonly retryAfterMs: number;
  readonly banned: boolean;
}

/** A refusal whose verdict is known, as a fault. */
export function faultOf(refusal: Refusal, kind: Verdict, quiet: Quiet): VenueFault {
  const code = refusal.code === null ? `http-${refusal.status}` : `${refusal.code}`;
  const says = refusal.says || `HTTP ${refusal.status}`;
  switch (kind) {
    case "rejected":
    case "not-done":
    case "venue-stop":
      return { kind, code, says };
    case "outcome-unknown":
      return { kind, says: `${code}: ${says}` };
    case "throttled":
      return { kind, says: `${code}: ${says}`, ...quiet };
    case "unreachable":
      return { kind, says };
    default:
      return assertNever(kind);
  }
}

/** What a refused question means, by the verdict a placement would get: a question does nothing, so it is never unknown. */
export function readVerdict(verdict: Verdict | null, { status }: Refusal): Verdict {
  const found = verdict ?? (status >= 500 ? "not-done" : "rejected");
  return found === "outcome-unknown" ? "not-done" : found;
}
