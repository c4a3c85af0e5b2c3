import type { Instant } from "./time.ts";

/** What takes a second person: every act that leads away from safety. */
export const DANGEROUS_ACTS = [
  "resume",
  "safe_mode_off",
  "dry_run_off",
  "two_man_rule_off",
  "kill_release",
  "venue_release",
  "change_settings",
  "add_operators",
  "rotate_secret",
  "adopt_position",
] as const;
export type DangerousAct = (typeof DANGEROUS_ACTS)[number];

export type ApprovalParams = Readonly<Record<string, string | number | boolean | null>>;

export type ApprovalStatus = "pending" | "approved" | "rejected" | "withdrawn" | "expired" | "superseded" | "failed";

/** One person's wish for a dangerous act, bound to exactly that act and to the state it was asked in. */
export interface ApprovalRequest {
  readonly id: string;
  readonly act: DangerousAct;
  readonly params: ApprovalParams;
  /** What stands there now, where the act changes a value: an approver agrees to the change, not to the new value alone. */
  readonly before: ApprovalParams;
  /** Digest of act, params, before and revision: what an approver signs. */
  readonly hash: string;
  /** Of control, when it was asked for. Any later HOLD or change of configuration makes the request stale. */
  readonly revision: number;
  /** Which start of the process it was asked of. */
  readonly boot: number;
  readonly requester: string;
  readonly reason: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly status: ApprovalStatus;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  /** Why it ended as it did, in a sentence; empty while it is pending. */
  readonly says: string;
}

export const APPROVAL_TTL_MS = 600_000;
export const MOST_PENDING_OF_ONE = 20;
export const MOST_PENDING = 100;

/** Requests that a restart makes void: what they were about is the state of the process that is gone. */
export const BOUND_TO_BOOT: ReadonlySet<DangerousAct> = new Set(["resume", "safe_mode_off"]);

/** Two persons even where the rule is off: the last guard is not lifted by the one it guards against. */
export const ALWAYS_TWO: ReadonlySet<DangerousAct> = new Set(["two_man_rule_off", "kill_release"]);
