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
  daily_loss: "operator",
  drawdown: "operator",
  delta: "operator",
  leg_failed: "operator",
  unknown_order: "operator",
  recon: "source",
  foreign_order: "operator",
  forced_close: "operator",
  margin: "operator",
  feed: "operator",
  clock: "operator",
  loop_lag: "operator",
  rejects: "operator",
  runaway: "operator",
  rate: "operator",
  deadman: "source",
  disk: "operator",
  audit: "operator",
  lease: "source",
  config: "operator",
  account: "operator",
  symbol: "operator",
  funding: "operator",
  slo: "operator",
  maintenance: "operator",
  preflight: "operator",
  crash_loop: "operator",
  assert: "operator",
} as const;

export type HoldCode = keyof typeof HOLD_CAUSES;

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
