import type { Instant } from "#domain/time.ts";
import type { SystemView } from "./view.ts";

/** Every objective, as the outside knows it. */
export const OBJECTIVE_IDS = [
  "ws_gap_ms_p95",
  "order_cycle_ms_p95",
  "reject_rate",
  "cancel_fail_rate",
  "recon_mismatch",
  "max_day_drawdown_bps",
  "budget_remaining",
  "naked_exposure_usdt_s_p99",
] as const;
export type ObjectiveId = (typeof OBJECTIVE_IDS)[number];

/** What each objective may be, and how long it may be missed before that holds. */
export interface Thresholds {
  readonly limits: Readonly<Record<ObjectiveId, number>>;
  readonly holdMinutes: number;
}

/** Samples that are taken with every look, beside what the view tells. */
export interface SloSamples {
  /** The longest silence of a market stream in each second of the last five minutes; the worst of the venues. */
  readonly gapMsP95: number | null;
  readonly cycleMsP95: number | null;
  readonly nakedP99: number | null;
}

/** One promise about how well we work: what is measured, and on which side of its limit it has to stay. */
export interface Objective {
  readonly id: ObjectiveId;
  readonly title: string;
  readonly unit: "ms" | "ratio" | "differences" | "bps" | "USDT" | "USDT·s";
  /** `most`: it must not be above its limit; `least`: not below. */
  readonly sense: "most" | "least";
  /** An amount of ours: not for whoever has no credential. */
  readonly money?: true;
  /** Null while it was never measured, or too little of it. */
  measure(view: SystemView, samples: SloSamples): number | null;
}

export interface SloReading {
  readonly id: ObjectiveId;
  readonly value: number | null;
  readonly limit: number;
  /** Null while it is kept, or not measured. */
  readonly breachedSince: Instant | null;
  /** It was missed for so long that it holds. */
  readonly holding: boolean;
  readonly says: string;
  /** Of the last hour, how fast the allowed misses are used up: 1 is just as fast as allowed. Null without a measurement. */
  readonly burn: number | null;
  /** Share of the last thirty days' allowed misses that is left; null without a measurement. */
  readonly errorBudget: number | null;
}
