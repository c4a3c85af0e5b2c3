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

export const approvalRequest = z
  .strictObject({
    action: approvalAction,
    params: params.default({}),
    reason: z.string().max(500).default(""),
  })
  .meta({ examples: [{ action: "resume", params: {}, reason: "the venue is back" }] });

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

export const approvalsAnswer = z
  .object({
    two_man_rule: z.boolean(),
    operators: z.number().int().describe("people who may approve"),
    items: z.array(approval),
  })
  .meta({ examples: [{ two_man_rule: true, operators: 2, items: [] }] });

/** `done`: it has happened. `waiting`: another operator must approve it. */
export const approvalAnswer = z
  .object({
    outcome: z.enum(["done", "waiting"]),
    detail: z.string(),
    approval: approval.nullable(),
  })
  .meta({
    examples: [
      { outcome: "done", detail: "resume trading: alice, one person; in paper one person suffices", approval: null },
    ],
  });

export const approveRequest = z
  .strictObject({ params_hash: z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits") })
  .meta({ examples: [{ params_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }] });
export const rejectRequest = z
  .strictObject({
    params_hash: z.string().optional(),
    reason: z.string().max(500).optional(),
  })
  .meta({ examples: [{ reason: "not before the recon is clean" }] });
