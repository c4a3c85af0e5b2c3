import { z } from "zod";
import { CANCELLED, KILLED, ON_HOLD } from "./examples.ts";
import { approval } from "./approvals.ts";

export const reasonRequest = z
  .strictObject({ reason: z.string().max(500).optional() })
  .meta({ examples: [{ reason: "lunch" }] });

const amount = z.union([z.number().positive(), z.string().max(40)]);
const points = z.union([z.number(), z.string().max(40)]);

/** What may be changed while we run. Towards safety at once; away from it as the approvals say. */
export const controlPatch = z
  .strictObject({
    mode: z.enum(["HOLD", "RUN"]).optional(),
    safe_mode: z.boolean().optional(),
    dry_run_only: z.boolean().optional(),
    two_man_rule: z.boolean().optional(),
    auto_loop: z.boolean().optional(),
    order_notional_usdt: amount.optional(),
    min_spread_bps: points.optional(),
    max_slippage_bps: points.optional(),
    poll_interval_sec: z.number().optional(),
    loop_pair: z.string().max(200).nullable().optional(),
    loop_venues: z
      .union([z.string().max(200), z.array(z.string().max(32)).max(8)])
      .nullable()
      .optional(),
    max_notional_per_position_usdt: amount.optional(),
    max_total_notional_usdt: amount.optional(),
    max_open_positions: z.number().optional(),
    max_leverage: z.number().optional(),
    max_position_usdt: amount.nullable().optional().describe("null: none"),
    max_open_orders: z.number().nullable().optional().describe("null: none"),
    max_daily_loss_usdt: amount.nullable().optional().describe("null: none"),
    max_delta_usdt: amount.optional(),
    reason: z.string().max(500).optional(),
    revision: z.number().int().optional().describe("refuse when control has changed since this revision"),
  })
  .refine(
    (body) =>
      Object.entries(body).some(([name, value]) => value !== undefined && name !== "reason" && name !== "revision"),
    {
      path: ["mode"],
      message: "name what to change: mode, safe_mode, or a setting",
    },
  )
  .meta({
    examples: [
      { mode: "HOLD", reason: "lunch" },
      { max_total_notional_usdt: 60000, max_slippage_bps: 1 },
    ],
  });

const guard = z.object({ ok: z.boolean(), detail: z.string() });

export const controlState = z
  .object({
    mode: z.enum(["RUN", "HOLD"]),
    safe_mode: z.boolean(),
    dry_run: z.boolean(),
    killed: z.boolean(),
    two_man_rule: z.boolean(),
    profile: z.string(),
    label: z.string(),
    auto_loop: z.boolean(),
    reasons: z.array(
      z.object({
        code: z.string(),
        detail: z.string(),
        since: z.string(),
        cleared_at: z.string().nullable().describe("when what watches it had seen it gone; null while it stands"),
      }),
    ),
    venues: z.record(z.string(), z.enum(["OK", "DEGRADED", "QUARANTINED", "BANNED"])),
    approvals: z.array(approval).describe("what waits for a second person"),
    preflight_passed: z.boolean(),
    last_preflight_ts: z.string().nullable(),
    guards: z.record(z.string(), guard).describe("what the last preflight looked at"),
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    revision: z.number().int(),
  })
  .meta({ examples: [ON_HOLD] });

export const controlPatchAnswer = z
  .object({ control: controlState, changes: z.array(z.string()) })
  .meta({ examples: [{ control: ON_HOLD, changes: ["mode"] }] });

/** Per venue: what was asked for, and what the venue itself said is still open. */
const cancelled = z.object({
  cancelled: z.array(z.string()),
  failed: z.array(z.object({ id: z.string(), detail: z.string() })),
  still_open: z.array(z.string()),
  foreign: z.array(z.string()).describe("open on the account and none of ours: left alone"),
  confirmed: z.boolean().describe("by the venue's own word"),
  verdict: z.enum(["confirmed", "still_open", "unknown"]),
  detail: z.string(),
});

export const killAnswer = z
  .object({
    control: controlState,
    cancelled: z.record(z.string(), cancelled),
    flatten: z
      .array(z.object({ id: z.string(), symbol: z.string(), status: z.string(), detail: z.string() }))
      .nullable(),
  })
  .meta({ examples: [KILLED] });

export const cancelAllRequest = z
  .strictObject({ venue: z.string().max(32).optional() })
  .meta({ examples: [{ venue: "okx-perp" }] });
export const cancelAllAnswer = z
  .object({
    result: z.object({
      cancelled: z.array(z.string()),
      failed: z.array(z.object({ id: z.string(), venue: z.string(), detail: z.string() })),
      still_open: z.array(z.string()),
      venues: z.record(z.string(), cancelled),
    }),
    ts: z.string(),
  })
  .meta({ examples: [CANCELLED] });

export const flattenRequest = z
  .strictObject({
    venue: z.string().max(32).optional(),
    symbol: z.string().max(40).optional(),
    reason: z.string().max(500).optional(),
  })
  .meta({ examples: [{ symbol: "BTCUSDT", reason: "enough" }] });
const flattenedLeg = z.object({
  leg: z.enum(["long", "short"]),
  venue: z.string(),
  open_quantity: z.number().describe("what is left of it"),
  orders: z.array(z.object({ id: z.string(), status: z.string(), filled: z.number() })),
});
export const flattenAnswer = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        symbol: z.string(),
        status: z.string(),
        closed: z.boolean(),
        legs: z.array(flattenedLeg),
      }),
    ),
    closed: z.number().int(),
    still_open: z.number().int(),
    ts: z.string(),
  })
  .meta({ examples: [{ items: [], closed: 0, still_open: 0, ts: "2026-08-12T14:07:22.470Z" }] });

export const health = z
  .object({ status: z.literal("ok"), version: z.string() })
  .meta({ examples: [{ status: "ok", version: "1.0.0" }] });
export const readiness = z
  .object({
    ready: z.boolean(),
    reasons: z.array(z.string()),
    mode: z.string(),
    version: z.string(),
  })
  .meta({ examples: [{ ready: true, reasons: [], mode: "HOLD", version: "1.0.0" }] });
