import { z } from "zod";
import { CLOSED, EDGES, EXECUTED, OPPORTUNITY, ORDERS, PNL, POSITIONS, PREVIEW } from "./examples.ts";

const symbol = z.string().min(5).max(40).describe("as the venues write it: BTCUSDT");
const amount = z.number();

export const previewRequest = z
  .strictObject({
    symbol: symbol.optional(),
    pair: symbol.optional().describe("alias of symbol"),
    min_spread: amount.optional().describe("price units"),
    notional: amount.optional().describe("USDT; default ORDER_NOTIONAL_USDT"),
    notional_usdt: amount.optional().describe("alias of notional"),
    slippage_bps: amount.min(0).max(50).optional(),
  })
  .refine((body) => (body.symbol ?? body.pair) !== undefined, {
    path: ["symbol"],
    message: "is needed, for example BTCUSDT",
  })
  .meta({
    examples: [
      { symbol: "BTCUSDT", min_spread: 2.0 },
      { pair: "BTCUSDT", notional: 1500, slippage_bps: 5 },
    ],
  });

export const edge = z.object({
  gross_bps: amount,
  fees_bps: amount,
  exit_bps: amount,
  funding_bps: amount,
  slippage_bps: amount,
  all_in_bps: amount,
  est_pnl_usdt: amount,
});

export const size = z.object({ base: amount, binance_qty: amount, okx_contracts: amount, notional_usdt: amount });

export const previewLeg = z.object({
  venue: z.string(),
  side: z.enum(["buy", "sell"]),
  limit_px: amount,
  vwap_px: amount,
  qty: amount,
  fee_usdt: amount,
});

export const preview = z
  .object({
    symbol: z.string(),
    min_spread: amount,
    spread: amount.nullable(),
    spread_bps: amount.nullable(),
    meets_min_spread: z.boolean(),
    long_exchange: z.string(),
    short_exchange: z.string(),
    cheap_ask: amount.nullable(),
    expensive_bid: amount.nullable(),
    viable: z.boolean(),
    reason: z.string().optional(),
    detail: z.string().optional(),
    size: size.nullable(),
    edge: edge.nullable(),
    legs: z.array(previewLeg),
    books_age_ms: z.record(z.string(), z.number().nullable()),
  })
  .meta({ examples: [PREVIEW] });

export const executeRequest = z
  .strictObject({
    symbol: symbol.optional(),
    pair: symbol.optional().describe("alias of symbol"),
    min_spread: amount.describe("price units"),
    notion_usdt: amount.optional().describe("USDT of each leg"),
    notional_usdt: amount.optional().describe("alias of notion_usdt"),
    leverage: amount,
  })
  .refine((body) => (body.symbol ?? body.pair) !== undefined, {
    path: ["symbol"],
    message: "is needed, for example BTCUSDT",
  })
  .refine((body) => (body.notion_usdt ?? body.notional_usdt) !== undefined, {
    path: ["notion_usdt"],
    message: "is needed, in USDT",
  })
  .meta({ examples: [{ symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 3 }] });

export const order = z.object({
  client_order_id: z.string(),
  venue_order_id: z.string().nullable(),
  hedge_id: z.string(),
  venue: z.string(),
  symbol: z.string(),
  leg: z.enum(["long", "short"]),
  act: z.string(),
  side: z.enum(["buy", "sell"]),
  status: z.string(),
  qty: amount,
  filled_qty: amount,
  avg_price: amount.nullable(),
  limit_px: amount,
  fee_usdt: amount,
  reduce_only: z.boolean(),
  note: z.string().nullable(),
});

export const pnlParts = z.object({ spread: amount, fees: amount, funding: amount, slippage: amount, leg_risk: amount });

export const positionLeg = z.object({
  leg: z.enum(["long", "short"]),
  venue: z.string(),
  base_size: amount,
  entry_price: amount.nullable(),
  exit_price: amount.nullable(),
  fees_usdt: amount,
});

export const position = z.object({
  id: z.string(),
  timestamp: z.string(),
  symbol: z.string(),
  long_venue: z.string(),
  short_venue: z.string(),
  notional_usdt: amount,
  base_size: amount,
  entry_spread_bps: amount,
  entry_edge_bps: amount,
  leverage: amount,
  entry_long_price: amount.nullable(),
  entry_short_price: amount.nullable(),
  status: z.enum(["opening", "open", "closing", "closed", "unwound", "stuck"]),
  legs: z.array(positionLeg),
  pnl_usdt: amount.nullable(),
  pnl: pnlParts.nullable(),
  exit_reason: z.string().nullable(),
  exit_long_price: amount.nullable(),
  exit_short_price: amount.nullable(),
  closed_ts: z.string().nullable(),
  note: z.string().nullable(),
});

export const executeAnswer = z
  .object({
    success: z.literal(true),
    symbol: z.string(),
    spread: amount,
    spread_bps: amount,
    cheap_exchange: z.string(),
    expensive_exchange: z.string(),
    long_order: order,
    short_order: order,
    details: z.object({
      edge: edge.nullable().describe("null when it is told to a repeated request after a restart"),
      size: size.nullable().describe("null like edge"),
      state: z.string(),
    }),
    position,
  })
  .meta({ examples: [EXECUTED] });

export const confirmRequest = z
  .strictObject({
    opportunity_id: z.string().min(4).max(40),
    token: z.string().max(512).optional(),
  })
  .meta({ examples: [{ opportunity_id: "osseed000100000001" }] });
export const confirmAnswer = executeAnswer
  .extend({ opportunity_id: z.string() })
  .meta({ examples: [{ ...EXECUTED, opportunity_id: "osseed000100000001" }] });

export const opportunity = z.object({
  id: z.string(),
  ts: z.string(),
  symbol: z.string(),
  long_venue: z.string(),
  short_venue: z.string(),
  spread: amount,
  spread_bps: amount,
  all_in_bps: amount,
  notional_suggestion: amount,
  leverage_suggestion: amount,
  min_spread: amount,
  lifetime_ms: amount,
  blocked_reason: z.string().optional(),
});

export const opportunityAnswer = z
  .object({
    last_opportunity: opportunity.nullable(),
    status: z.enum(["allowed", "blocked_by_risk"]),
  })
  .meta({ examples: [OPPORTUNITY] });
export const opportunitiesAnswer = z
  .object({ items: z.array(opportunity) })
  .meta({ examples: [{ items: [OPPORTUNITY.last_opportunity] }] });

export const edgeRow = z.object({
  symbol: z.string(),
  long_venue: z.string(),
  short_venue: z.string(),
  long_mid: amount.nullable(),
  short_mid: amount.nullable(),
  funding_long_bps: amount.nullable(),
  funding_short_bps: amount.nullable(),
  viable: z.boolean(),
  reason: z.string().optional(),
  size: size.nullable(),
  edge: edge.nullable(),
});
export const edgeAnswer = z.object({ items: z.array(edgeRow) }).meta({ examples: [EDGES] });

export const skippedAnswer = z
  .object({
    since: z.string(),
    total: z.number().int(),
    items: z.array(
      z.object({
        reason: z.string(),
        count: z.number().int(),
        last_ts: z.string(),
        examples: z.array(
          z.object({
            ts: z.string(),
            symbol: z.string(),
            long_venue: z.string(),
            short_venue: z.string(),
            detail: z.string(),
          }),
        ),
      }),
    ),
  })
  .meta({
    examples: [
      {
        since: "2026-08-11T14:07:21.000Z",
        total: 42,
        items: [
          {
            reason: "below_cost",
            count: 42,
            last_ts: "2026-08-12T14:07:21.000Z",
            examples: [
              {
                ts: "2026-08-12T14:07:21.000Z",
                symbol: "BTCUSDT",
                long_venue: "binance-um",
                short_venue: "okx-perp",
                detail: "the gap is 3.10 bps; fees, slippage and the wanted edge take 22.00",
              },
            ],
          },
        ],
      },
    ],
  });

export const positionsAnswer = z
  .object({
    positions: z.array(position),
    totals: z.object({ open: z.number().int(), notional_usdt: amount, pnl_usdt: amount.nullable() }),
  })
  .meta({ examples: [POSITIONS] });
export const ordersAnswer = z.object({ orders: z.array(order) }).meta({ examples: [ORDERS] });
export const closeAnswer = z.object({ closed: z.boolean(), position }).meta({ examples: [CLOSED] });
export const pnlAnswer = z
  .object({
    day_utc: z.string(),
    today_usdt: amount.nullable(),
    total_usdt: amount.nullable(),
    pnl: pnlParts.nullable(),
    hedges: z.object({ closed: z.number().int(), open: z.number().int() }),
  })
  .meta({ examples: [PNL] });
