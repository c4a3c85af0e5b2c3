import { assertNever } from "#domain/assert.ts";
import type { VenueFault } from "#domain/fault.ts";
import { type Verdict, verdictTable } from "../outcome.ts";

/** An answer that is not a success, in their words. `code` is null when the body was not theirs (HTML of an edge, nothing). */
export interface Refusal {
  readonly status: number;
  /** The `sCode` of the element where there is one, else the top-level `code`; five digits, without a sub-code. */
  readonly code: string | null;
  readonly says: string;
}

const WINDOW_MS = 2_000;

/**
 * Codes by what we may do next. Everything that is not here is unknown for an order and refused for a question:
 * only a code we know can mean "definitely not done".
 * @see https://www.okx.com/docs-v5/en/#error-code
 */
const VERDICTS = verdictTable([
  ["outcome-unknown", [50004, 50026, 50042, 50071, 51011, 51016, 51054, 51149]],
  ["not-done", [50001, 50013, 50023, 50036, 50037, 50102, 50112, 51029, 51030, 51032, 51113, 51412, 51513]],
  ["throttled", [50011, 50040, 50061]],
  [
    "rejected",
    [
      50000,
      50002,
      50006,
      50014,
      50015,
      50016,
      50024,
      50025,
      [50044, 50050],
      [50053, 50058],
      50072,
      50115,
      51000,
      [51001, 51008],
      51015,
      51020,
      51021,
      51023,
      51025,
      51027,
      51028,
      51031,
      51071,
      51102,
      51103,
      51101,
      [51108, 51112],
      [51114, 51117],
      [51119, 51122],
      51127,
      51131,
      [51135, 51138],
      51148,
      51150,
      51169,
      51170,
      51174,
      [51185, 51187],
      [51201, 51206],
      51403,
      51407,
      51413,
      51506,
      51511,
      54012,
      54030,
      54031,
      54035,
      54036,
      59000,
      [59101, 59109],
    ],
  ],
  [
    "venue-stop",
    [
      50005,
      50007,
      50008,
      50009,
      50012,
      [50017, 50022],
      [50027, 50030],
      50032,
      50033,
      50035,
      50038,
      50041,
      50051,
      50052,
      50059,
      50060,
      50100,
      50101,
      [50103, 50111],
      50113,
      50114,
      [50119, 50121],
      51009,
      51010,
      51022,
      51024,
      51039,
      51041,
      51128,
      51155,
      51168,
      59113,
      59114,
    ],
  ],
]);

const NOTHING_OPEN: ReadonlySet<string> = new Set(["51400", "51401", "51402", "51405", "51603"]);
const BEING_CANCELLED = "51410";
const NO_SUCH_ORDER = "51603";
const CLOCK_IS_OFF: ReadonlySet<string> = new Set(["50102", "50112"]);

export const isNothingOpen = ({ code }: Refusal): boolean => code !== null && NOTHING_OPEN.has(code);
export const isBeingCancelled = ({ code }: Refusal): boolean => code === BEING_CANCELLED;
export const isNotFound = ({ code }: Refusal): boolean => code === NO_SUCH_ORDER;
export const isClockOff = ({ code }: Refusal): boolean => code !== null && CLOCK_IS_OFF.has(code);

/** What a refused order or cancel means. In doubt it may have been done. */
export function placementFault(refusal: Refusal): VenueFault {
  return fault(refusal, verdict(refusal) ?? "outcome-unknown");
}

/** What a refused question means. In doubt it was refused; a question does nothing, so it is never unknown. */
export function readFault(refusal: Refusal): VenueFault {
  const found = verdict(refusal) ?? (refusal.status >= 500 ? "not-done" : "rejected");
  return fault(refusal, found === "outcome-unknown" ? "not-done" : found);
}

/** A login that was refused: a wrong clock may be tried again, a wrong key never. */
export function loginFault(code: string, says: string): VenueFault {
  const again: ReadonlySet<string> = new Set(["60004", "60006", "60011", "60031", "63999", "64007", "60014"]);
  return { kind: again.has(code) ? "not-done" : "venue-stop", code, says };
}

function verdict({ status, code }: Refusal): Verdict | null {
  const listed = code === null ? undefined : VERDICTS.get(Number(code));
  if (listed !== undefined) return listed;
  // An edge that answers 429 by itself refuses before anything is done; its other words prove nothing.
  return status === 429 ? "throttled" : null;
}

function fault({ status, code, says }: Refusal, kind: Verdict): VenueFault {
  const named = code ?? `http-${status}`;
  const text = says || `HTTP ${status}`;
  switch (kind) {
    case "rejected":
    case "not-done":
    case "venue-stop":
      return { kind, code: named, says: text };
    case "outcome-unknown":
      return { kind, says: `${named}: ${text}` };
    case "throttled":
      return { kind, retryAfterMs: WINDOW_MS, banned: false, says: `${named}: ${text}` };
    case "unreachable":
      return { kind, says: text };
    default:
      return assertNever(kind);
  }
}
