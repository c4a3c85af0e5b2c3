import { z } from "zod";
import { controlState } from "./control.ts";
import { incident } from "./incidents.ts";
import { reconStatus } from "./recon.ts";
import { exposureAnswer, plan, riskReason, riskState } from "./standing.ts";
import { order, pnlAnswer, position } from "./trading.ts";

const amount = z.number();
const measured = amount.nullable();

export const portfolio = z.object({
  equity_usdt: measured.describe("what both accounts hold; null until both were read"),
  venues: z.array(
    z.object({
      venue: z.string(),
      wallet_usdt: amount,
      available_usdt: amount,
      margin_used_bps: measured,
      read_at: z.string(),
    }),
  ),
});

/** Everything at one moment, for a page that asks once. */
export const stateAnswer = z.object({
  ts: z.string(),
  mode: z.enum(["RUN", "HOLD"]),
  flags: z.record(z.string(), z.boolean()),
  safe_mode: z.boolean(),
  dry_run: z.boolean(),
  two_man_rule: z.boolean(),
  control: controlState,
  incidents: z.array(incident).describe("those that are not closed"),
  metrics: z.object({
    slo: z.record(z.string(), measured),
    scans: z.number().int().describe("directions looked at since the start"),
    orders_per_min: z.number().int(),
    cancels_per_min: z.number().int(),
  }),
  exposures: exposureAnswer.shape.items,
  pnl: pnlAnswer,
  portfolio,
  open_orders: z.array(order),
  positions: z.array(position).describe("those that are not finished"),
  recon_status: reconStatus,
  last_plan: plan.nullable(),
  last_execution: position.nullable().describe("the latest hedge of which something was filled"),
  loop: z.object({
    enabled: z.boolean(),
    running: z.boolean().describe("enabled, and nothing in control stands in its way"),
    looked_at: z.string().nullable(),
  }),
  loop_config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  risk: riskState,
  risk_blocked: z.boolean(),
  risk_reasons: z.array(riskReason),
});
