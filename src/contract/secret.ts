import { z } from "zod";
import { loopAnswer, loopRequest, loopWords } from "./loop.ts";

const slotName = z.string().regex(/^[A-Z][A-Z0-9_]{2,63}$/, "the name of a variable, like OKX_API_SECRET");
const value = z.string().min(1).max(4_096);
const named = z.strictObject({ name: slotName, value });
const several = z
  .record(slotName, value)
  .refine((body) => Object.keys(body).length > 0 && Object.keys(body).length <= 16, { message: "1 to 16 secrets" });

/** One by name, or several that belong together: `{name, value}` or `{NAME: value, …}`. */
export const secretRequest = z.union([named, several]);
/** Both forms of the old panel: the loop, and a rotation. */
export const secretForm = z.union([named, loopRequest, several]).meta({
  examples: [
    { name: "OKX_API_SECRET", value: "the new one" },
    { auto_loop: true, pair: "BTCUSDT", venues: ["binance-um", "okx-perp"], notional_usdt: 120 },
  ],
});

/** `version` counts the rotations of this data directory. */
export const secretAnswer = z
  .object({ status: z.literal("ok"), version: z.number().int().positive() })
  .meta({ examples: [{ status: "ok", version: 1 }] });

export const secretFormAnswer = z.union([secretAnswer, loopAnswer]);

export const secretsAnswer = z
  .object({
    loop: loopWords,
    storable: z.boolean().describe("secrets can be rotated here"),
    detail: z.string().describe("why not; empty when they can"),
    slots: z.array(
      z.object({
        name: z.string(),
        version: z.number().int().describe("0: as the environment has it"),
        since: z.string().nullable().describe("when it was rotated; null when it never was"),
        in_use: z.boolean().describe("this process works with it"),
      }),
    ),
  })
  .meta({
    examples: [
      {
        loop: { auto_loop: false, pair: null, venues: [], notional_usdt: 50 },
        storable: true,
        detail: "",
        slots: [{ name: "OKX_API_SECRET", version: 0, since: null, in_use: true }],
      },
    ],
  });
