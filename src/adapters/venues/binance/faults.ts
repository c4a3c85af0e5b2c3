import type { VenueFault } from "#domain/fault.ts";
import { type Verdict, verdictTable } from "../outcome.ts";
import { type Quiet, type Refusal, faultOf, readVerdict } from "../refusal.ts";

const DEFAULT_QUIET_MS = 60_000;
const SHORTEST_BAN_MS = 120_000;
/** Their clock is only estimated, and a call before the end makes a ban longer. */
const BAN_MARGIN_MS = 250;

/**
 * Codes by what we may do next. Everything that is not here is unknown for an order and refused for a question:
 * only a code we know can mean "definitely not done".
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
 */
const VERDICTS = verdictTable([
  ["outcome-unknown", [-1000, -1006, -1007, -4116]],
  ["not-done", [-1001, -1008, -1016, -1021, -4117, -5028, -5043]],
  ["throttled", [-1003, -1015]],
  [
    "rejected",
    [
      -1013,
      -1014,
      -1020,
      [-1106, -1100],
      -1111,
      [-1117, -1114],
      -1121,
      -1128,
      -1130,
      -1136,
      -2010,
      [-2021, -2018],
      -2022,
      -2024,
      -2025,
      -2027,
      -2028,
      [-4005, -4001],
      [-4016, -4013],
      -4023,
      -4024,
      -4047,
      -4048,
      -4050,
      -4051,
      -4067,
      -4068,
      -4087,
      [-4107, -4105],
      -4118,
      -4120,
      -4131,
      -4140,
      -4141,
      -4164,
      -4189,
      -4400,
      -4401,
      -5021,
      -5022,
      -5026,
      -5041,
    ],
  ],
  // The wrong account mode (-4061) endangers every order after this one, so it stops the venue like a bad key does.
  ["venue-stop", [-1002, -1022, -2014, -2015, -2017, -2023, -4061, -4088, -4109, -4192, [-4211, -4202], -4402, -4403]],
]);

/** Codes that say: it already is as you wish. */
const ALREADY_SO: ReadonlySet<number> = new Set([-4046, -4059, -4171, -5027]);
const NOTHING_OPEN = -2011;
const NO_SUCH_ORDER = -2013;
const NO_SUCH_LISTEN_KEY = -1125;
const CLOCK_IS_OFF = -1021;

export const isAlreadySo = ({ code }: Refusal): boolean => code !== null && ALREADY_SO.has(code);
export const isNothingOpen = ({ code }: Refusal): boolean => code === NOTHING_OPEN;
export const isNotFound = ({ code }: Refusal): boolean => code === NO_SUCH_ORDER;
export const isListenKeyGone = ({ code }: Refusal): boolean => code === NO_SUCH_LISTEN_KEY;
export const isClockOff = ({ code }: Refusal): boolean => code === CLOCK_IS_OFF;

/** What a refused order or cancel means. In doubt it may have been done. */
export function placementFault(refusal: Refusal): VenueFault {
  return faultOf(refusal, verdict(refusal) ?? "outcome-unknown", quiet(refusal));
}

/** What a refused question means. In doubt it was refused. */
export function readFault(refusal: Refusal): VenueFault {
  return faultOf(refusal, readVerdict(verdict(refusal), refusal), quiet(refusal));
}

function verdict({ status, code, says }: Refusal): Verdict | null {
  if (status === 429 || status === 418 || status === 403) return "throttled";
  if (status === 408) return "outcome-unknown";
  if (status === 503) return overload(says);
  if (status >= 500) return "outcome-unknown";
  return code === null ? null : (VERDICTS.get(code) ?? null);
}

/** 503 means four things, and only the sentence tells which. */
function overload(says: string): Verdict {
  if (says.startsWith("Service Unavailable")) return "not-done";
  if (says.startsWith("Internal error; unable to process your request")) return "not-done";
  if (says.startsWith("Request throttled by system-level protection")) return "not-done";
  return "outcome-unknown";
}

/** How long to be silent, and whether we are banned. A ban names the moment it ends. */
function quiet(refusal: Refusal): Quiet {
  const until = /banned until (\d{10,16})/.exec(refusal.says)?.[1];
  if (until !== undefined) {
    return { retryAfterMs: Math.max(1_000, Number(until) - refusal.serverNow + BAN_MARGIN_MS), banned: true };
  }
  if (refusal.status === 418) {
    return { retryAfterMs: Math.max(SHORTEST_BAN_MS, refusal.retryAfterMs ?? 0), banned: true };
  }
  if (refusal.retryAfterMs !== null) return { retryAfterMs: refusal.retryAfterMs, banned: false };
  // -1015 counts orders in ten seconds; everything else counts in minutes.
  return { retryAfterMs: refusal.code === -1015 ? 10_000 : DEFAULT_QUIET_MS, banned: false };
}
