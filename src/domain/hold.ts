import type { Instant } from "./time.ts";

/**
 * Every reason to hold, and who may say that it is over. `source`: the condition is watched, and only when the watcher
 * has seen it gone for a while is the cause cleared. `operator`: it happened, and nothing can be watched that would
 * make it unhappen; a person who resumes has looked at it.
 */
const HOLD_CAUSES = {
  boot: "operator",
  operator: "operator",
  stop: "operator",
  reset: "operator",
  shutdown: "operator",
  kill: "operator",
  daily_loss: "source",
  drawdown: "source",
  delta: "source",
  leg_failed: "operator",
  unknown_order: "source",
  recon: "source",
  foreign_order: "operator",
  forced_close: "operator",
  margin: "source",
  feed: "source",
  clock: "source",
  loop_lag: "source",
  rejects: "source",
  runaway: "source",
  rate: "source",
  deadman: "source",
  disk: "source",
  audit: "operator",
  lease: "source",
  config: "operator",
  account: "operator",
  symbol: "operator",
  funding: "operator",
  slo: "operator",
  maintenance: "source",
  preflight: "operator",
  crash_loop: "operator",
  assert: "operator",
} as const;

export type HoldCode = keyof typeof HOLD_CAUSES;

export const HOLD_CODES = Object.keys(HOLD_CAUSES) as readonly HoldCode[];

const clearedBy: Readonly<Record<HoldCode, "operator" | "source">> = HOLD_CAUSES;

/** Why we hold. An operator sees every cause, not the last of them. */
export interface HoldCause {
  readonly code: HoldCode;
  readonly says: string;
  readonly since: Instant;
  /** When its watcher had seen it gone for long enough; null while it stands, and for what only a person ends. */
  readonly clearedAt: Instant | null;
}

export function isHoldCode(code: string): code is HoldCode {
  return Object.hasOwn(HOLD_CAUSES, code);
}

/** It forbids a resume: its condition is watched, and was not seen gone yet. */
export function standsInTheWay({ code, clearedAt }: HoldCause): boolean {
  return clearedBy[code] === "source" && clearedAt === null;
}
