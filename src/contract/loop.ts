import { z } from "zod";

/** The loop, in the words of the old panel: the same settings as `PATCH /api/ui/control` has, by shorter names. */
const loopFields = {
  auto_loop: z.boolean().optional(),
  pair: z.string().max(200).nullable().optional().describe("BTCUSDT, or several with commas; null: every pair"),
  venues: z
    .union([z.string().max(200), z.array(z.string().max(32)).max(8)])
    .nullable()
    .optional()
    .describe("null: both"),
  notional_usdt: z
    .union([z.number().positive(), z.string().max(40)])
    .optional()
    .describe("of each leg"),
};

export const loopRequest = z
  .strictObject({ ...loopFields, reason: z.string().max(500).optional() })
  .refine((body) => Object.keys(loopFields).some((name) => name in body), {
    path: ["auto_loop"],
    // Among several shapes this is then not the one that was meant.
    abort: true,
    message: "name what to change: auto_loop, pair, venues or notional_usdt",
  })
  .meta({ examples: [{ auto_loop: true, pair: "BTCUSDT", venues: ["binance-um", "okx-perp"], notional_usdt: 120 }] });

export const loopWords = z.object({
  auto_loop: z.boolean(),
  pair: z.string().nullable(),
  venues: z.array(z.string()),
  notional_usdt: z.number(),
});

export const loopAnswer = z.object({ status: z.literal("ok"), loop: loopWords }).meta({
  examples: [
    {
      status: "ok",
      loop: { auto_loop: true, pair: "BTCUSDT", venues: ["binance-um", "okx-perp"], notional_usdt: 120 },
    },
  ],
});

/** Whether a body that is one of both forms is this one. */
export const isLoopRequest = (body: object): body is z.infer<typeof loopRequest> =>
  Object.keys(loopFields).some((name) => name in body);
