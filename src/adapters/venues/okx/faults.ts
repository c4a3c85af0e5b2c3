import type { VenueFault } from "#domain/fault.ts";
import { type Verdict, verdictTable } from "../outcome.ts";
import { type Refusal, faultOf, readVerdict } from "../refusal.ts";

/** Every limit here is one of two seconds, and nothing in an answer says how much of them is left. */
const QUIET = { retryAfterMs: 2_000, banned: false } as const;

/**
 * Codes by what we may do next. Everything that is not here is unknown for an order and refused for a question:
 * only a code we know can mean "definitely not done".
 * @see https://www.okx.com/docs-v5/en/#error-code
 */
const VERDICTS = verdictTable([
  // 63999 and 64007 are faults inside their websocket service, which say nothing about an order that was in it.
  ["outcome-unknown", [50004, 50026, 50042, 50071, 51011, 51016, 51054, 51149, 63999, 64007]],
  ["not-done", [50001, 50013, 50023, 50036, 50037, 50102, 50112, 51029, 51030, 51032, 51113, 51412, 51513, 60011]],
  ["throttled", [50011, 50040, 50061, 60014, 60023]],
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
      60012,
      60013,
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

const NOTHING_OPEN: ReadonlySet<number> = new Set([51400, 51401, 51402, 51405, 51603]);
const BEING_CANCELLED = 51410;
const NO_SUCH_ORDER = 51603;
const CLOCK_IS_OFF: ReadonlySet<number> = new Set([50102, 50112]);
/** The number by which websocket orders name an instrument is missing or wrong. */
const INSTRUMENT_UNKNOWN: ReadonlySet<number> = new Set([50014, 51001]);

const among = (codes: ReadonlySet<number>, { code }: Refusal): boolean => code !== null && codes.has(code);

export const isNothingOpen = (refusal: Refusal): boolean => among(NOTHING_OPEN, refusal);
export const isBeingCancelled = ({ code }: Refusal): boolean => code === BEING_CANCELLED;
export const isNotFound = ({ code }: Refusal): boolean => code === NO_SUCH_ORDER;
export const isClockOff = (refusal: Refusal): boolean => among(CLOCK_IS_OFF, refusal);
export const isInstrumentUnknown = (refusal: Refusal): boolean => among(INSTRUMENT_UNKNOWN, refusal);

/** What a refused order or cancel means. In doubt it may have been done. */
export function placementFault(refusal: Refusal): VenueFault {
  return faultOf(refusal, verdict(refusal) ?? "outcome-unknown", QUIET);
}

/** What a refused question means. In doubt it was refused. */
export function readFault(refusal: Refusal): VenueFault {
  return faultOf(refusal, readVerdict(verdict(refusal), refusal), QUIET);
}

/** A login that was refused: a wrong clock may be tried again, a wrong key never. */
export function loginFault(code: string, says: string): VenueFault {
  const again: ReadonlySet<string> = new Set(["60004", "60006", "60011", "60031", "63999", "64007", "60014"]);
  return { kind: again.has(code) ? "not-done" : "venue-stop", code, says };
}

function verdict({ status, code, says }: Refusal): Verdict | null {
  // A parameter that is wrong is our own fault; this one says that the account is in another position mode.
  if (code === 51000 && /posSide/.test(says)) return "venue-stop";
  const listed = code === null ? undefined : VERDICTS.get(code);
  if (listed !== undefined) return listed;
  // An edge that answers 429 by itself refuses before anything is done; its other words prove nothing.
  return status === 429 ? "throttled" : null;
}
