import { z } from "zod";

const amount = z.number();
const moment = z.string().nullable();

const setting = z.object({
  symbol: z.string(),
  leverage: amount,
  margin: z.literal("cross"),
  read_at: z.string().describe("when it was set and read back"),
});

export const derivStatus = z
  .object({
    ts: z.string(),
    venues: z.array(
      z.object({
        venue: z.string(),
        state: z.enum(["OK", "DEGRADED", "QUARANTINED", "BANNED"]).nullable().describe("null: not connected yet"),
        streams: z.object({
          public: z.enum(["up", "down"]),
          private: z.enum(["up", "down"]),
          last_frame_at: moment,
          private_lost_ms: amount.describe("0 while it is up"),
        }),
        account: z
          .object({
            position_mode: z.enum(["net", "hedge"]),
            margin_mode: z.enum(["cross", "isolated"]).nullable().describe("null: the venue has it per symbol"),
            can_trade: z.boolean(),
            can_withdraw: z.boolean(),
            read_at: moment,
          })
          .nullable()
          .describe("as last read; null: it never was"),
        instruments: z.array(setting),
        round_trip_ms: amount.nullable(),
        clock_offset_ms: amount.nullable(),
        request_budget_used: amount.describe("share of it, 0 to 1"),
        throttled: z.string().nullable(),
      }),
    ),
  })
  .meta({ examples: [{ ts: "2026-08-12T14:07:21.000Z", venues: [] }] });

export const derivPositions = z
  .object({
    ts: z.string(),
    venues: z.array(
      z.object({
        venue: z.string(),
        read_at: moment,
        positions: z
          .array(
            z.object({
              symbol: z.string(),
              base_size: amount.describe("signed: below 0 is short"),
              entry_price: amount.nullable(),
              liquidation_price: amount.nullable(),
              mark_price: amount.nullable(),
              at: z.string(),
            }),
          )
          .nullable()
          .describe("null: the venue has not told yet"),
      }),
    ),
  })
  .meta({
    examples: [
      {
        ts: "2026-08-12T14:07:21.000Z",
        venues: [{ venue: "binance-um", read_at: "2026-08-12T14:07:20.000Z", positions: [] }],
      },
    ],
  });

/** What is left out stays as the bot needs it: net positions, cross margin, and the leverage it works with. */
export const derivSetupRequest = z
  .strictObject({
    symbol: z.string().min(5).max(40).optional().describe("this one alone; every pair when left out"),
    leverage: z.number().optional(),
    margin: z.enum(["cross", "isolated"]).optional(),
    position_mode: z.enum(["net", "one_way", "hedge"]).optional().describe("one_way = net"),
    reason: z.string().max(500).optional(),
  })
  .meta({ examples: [{ symbol: "BTCUSDT", leverage: 3, margin: "cross", position_mode: "net" }] });

export const derivSetupAnswer = z
  .object({
    ts: z.string(),
    position_mode: z.literal("net"),
    venues: z
      .array(z.object({ venue: z.string(), position_mode: z.literal("net"), instruments: z.array(setting) }))
      .describe("as read back from each"),
  })
  .meta({
    examples: [
      {
        ts: "2026-08-12T14:07:21.000Z",
        position_mode: "net",
        venues: [
          {
            venue: "binance-um",
            position_mode: "net",
            instruments: [{ symbol: "BTCUSDT", leverage: 3, margin: "cross", read_at: "2026-08-12T14:07:21.000Z" }],
          },
        ],
      },
    ],
  });
