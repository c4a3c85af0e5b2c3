import { CLEAR_AFTER_MS } from "../control/auto-hold.ts";

/** How often things are done, and how long others are waited for, in ms: what a test may shorten. */
export const PACES = {
  /** How often what the venues hold is read again. */
  balanceMs: 10_000,
  reconcileMs: 30_000,
  /** How long a difference must stand still to count. */
  reconcilePauseMs: 1_500,
  clockMs: 60_000,
  maintenanceMs: 60_000,
  /** How often it is asked how an account is set up and what its key may do. */
  setupMs: 300_000,
  /** How often the watches look, and how late they may come to it. */
  lookMs: 250,
  loopLagMs: 250,
  outOfSightMs: 5_000,
  /** How long a refusal counts in the rates of refusals. */
  refusalsMs: 300_000,
  clearAfterMs: CLEAR_AFTER_MS,
} as const;

export type Paces = Readonly<Record<keyof typeof PACES, number>>;
