import { z } from "zod";

const params = z.record(z.string().max(64), z.union([z.string().max(200), z.number(), z.boolean(), z.null()]));

export const approvalAction = z.enum([
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
]);

export const approvalRequest = z.strictObject({
  action: approvalAction,
  params: params.default({}),
  reason: z.string().max(500).default(""),
});

export const approval = z.object({
  id: z.string(),
  action: approvalAction,
  params,
  before: params,
  params_hash: z.string(),
  revision: z.number().int(),
  requester: z.string(),
  reason: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
  status: z.enum(["pending", "approved", "rejected", "withdrawn", "expired", "superseded", "failed"]),
  decided_by: z.string().nullable(),
  decided_at: z.string().nullable(),
  detail: z.string(),
});

export const approvalsAnswer = z.object({
  two_man_rule: z.boolean(),
  operators: z.number().int().describe("people who may approve"),
  items: z.array(approval),
});

/** `done`: it has happened. `waiting`: another operator must approve it. */
export const approvalAnswer = z.object({
  outcome: z.enum(["done", "waiting"]),
  detail: z.string(),
  approval: approval.nullable(),
});

export const approveRequest = z.strictObject({ params_hash: z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits") });
export const rejectRequest = z.strictObject({
  params_hash: z.string().optional(),
  reason: z.string().max(500).optional(),
});
