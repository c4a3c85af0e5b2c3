import { z } from "zod";
import { edge, previewLeg, size } from "./trading.ts";

const amount = z.number();
const measured = amount.nullable();
const SEEN = "2026-08-12T14:07:21.000Z";

export const exposureAnswer = z
  .object({
    ts: z.string(),
    items: z.array(
      z.object({
        symbol: z.string(),
        hedges: z.number().int(),
        notional_usdt: amount.describe("of every hedge that is not finished, at worst case"),
        long_base: amount,
        short_base: amount,
        net_base: amount.describe("long less short, of our hedges"),
        unattributed_base: amount.describe("what the venues hold beside our hedges"),
        mark_price: measured,
        delta_usdt: measured.describe("net and unattributed together, at the mark; null without a mark"),
      }),
    ),
    totals: z.object({
      open_hedges: z.number().int(),
      notional_usdt: amount,
      open_orders: z.record(z.string(), z.number().int()),
      day_pnl_usdt: measured,
    }),
  })
  .meta({
    examples: [
      {
        ts: SEEN,
        items: [],
        totals: { open_hedges: 0, notional_usdt: 0, open_orders: { "binance-um": 0, "okx-perp": 0 }, day_pnl_usdt: 0 },
      },
    ],
  });

export const limitRow = z.object({
  name: z.string(),
  scope: z.string().nullable().describe("the symbol or the venue it is for; null: for everything"),
  used: measured.describe("null: it could not be measured"),
  limit: measured.describe("null: none was set"),
  ratio: measured.describe("used / limit; 1 is full"),
  override: z
    .string()
    .nullable()
    .describe("the variable that sets it for this scope alone; null: the common one holds"),
});
export const limitsAnswer = z.object({ ts: z.string(), limits: z.array(limitRow) }).meta({
  examples: [
    {
      ts: SEEN,
      limits: [
        { name: "max_total_notional_usdt", scope: null, used: 1500, limit: 75000, ratio: 0.02, override: null },
        {
          name: "max_open_orders",
          scope: "okx-perp",
          used: 0,
          limit: 4,
          ratio: 0,
          override: "MAX_OPEN_ORDERS__OKX_PERP",
        },
      ],
    },
  ],
});

const listing = z.object({
  symbol: z.string().describe("as the venue writes it"),
  tick: amount,
  lot: amount,
  min_quantity: amount,
  min_notional_usdt: amount,
  contract_size: amount,
  max_leverage: amount,
});
export const universeAnswer = z
  .object({
    items: z.array(
      z.object({
        symbol: z.string(),
        venues: z.record(z.string(), listing),
        common_lot: amount,
        in_loop: z.boolean().describe("the loop may open it, by its settings"),
      }),
    ),
    count: z.number().int(),
  })
  .meta({ examples: [{ items: [], count: 0 }] });

export const plan = z.object({
  ts: z.string(),
  source: z.enum(["preview", "loop", "operator"]),
  symbol: z.string(),
  long_venue: z.string(),
  short_venue: z.string(),
  leverage: measured,
  notional_usdt: measured,
  spread_bps: measured,
  viable: z.boolean().describe("nothing stood in its way"),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  size: size.nullable(),
  edge: edge.nullable(),
  legs: z.array(previewLeg),
  hedge_id: z.string().nullable().describe("what has become of it; null: nothing was opened"),
});
export const planAnswer = z
  .object({ plan: plan.nullable().describe("null: nobody has thought of a trade yet") })
  .meta({ examples: [{ plan: null }] });

export const riskReason = z.object({
  code: z.string(),
  detail: z.string(),
  symbols: z.array(z.string()).describe("whom it concerns; empty: everything"),
});
export const riskState = z
  .object({
    ts: z.string(),
    blocked: z.boolean().describe("the loop's next order would be refused, whatever the pair"),
    reasons: z.array(riskReason),
    day_pnl_usdt: measured,
    from_high_usdt: measured.describe("how far the result is below the best of the day"),
    equity_usdt: measured,
    traffic: z.object({
      orders_per_min: z.number().int(),
      cancels_per_min: z.number().int(),
      rescues_per_min: z.number().int(),
    }),
    watched_at: z.string().nullable(),
    watches: z.array(
      z.object({
        id: z.string(),
        source: z.string(),
        level: z.string(),
        value: z.string().nullable(),
        threshold: z.string().nullable(),
        detail: z.string(),
      }),
    ),
  })
  .meta({
    examples: [
      {
        ts: SEEN,
        blocked: true,
        reasons: [{ code: "hold_active", detail: "trading is on HOLD: the process has just started", symbols: [] }],
        day_pnl_usdt: 0,
        from_high_usdt: 0,
        equity_usdt: 200000,
        traffic: { orders_per_min: 0, cancels_per_min: 0, rescues_per_min: 0 },
        watched_at: SEEN,
        watches: [],
      },
    ],
  });
