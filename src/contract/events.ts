import { z } from "zod";

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const moment = z.iso.datetime({ offset: true });

/** What a question for events may be narrowed by. */
const narrowed = {
  venue: z
    .string()
    .max(32)
    .optional()
    .describe("binance-um or okx-perp; binance, okx and their spellings are read too"),
  symbol: z.string().max(40).optional().describe("BTCUSDT"),
  level: z.enum(["info", "warn", "warning", "error", "critical"]).optional().describe("this level alone"),
  since: moment.optional().describe("RFC 3339; the first moment that counts"),
  until: moment.optional().describe("RFC 3339; the last moment that counts"),
  search: z
    .string()
    .max(200)
    .optional()
    .describe("words that must all be in the event's code, message or hedge; word* is the beginning of one"),
  cursor: z
    .string()
    .max(64)
    .optional()
    .describe("next_cursor of the page before; empty to begin. With a cursor the window may be any"),
};

/** The furthest page by offset; from there on a cursor leads. */
export const MOST_OFFSET = 50_000;

export const eventsQuery = z.strictObject({
  offset: whole(0, MOST_OFFSET).optional(),
  limit: whole(1, 1_000).default(100),
  order: z.enum(["asc", "desc"]).default("desc"),
  ...narrowed,
});

const format = z
  .enum(["csv", "json", "ndjson"])
  .optional()
  .describe("when left out: json when Accept asks for JSON, else csv");

export const eventsExportQuery = z.strictObject({
  format,
  limit: whole(1, 1_000_000).optional().describe("how many rows at most"),
  order: z.enum(["asc", "desc"]).default("asc"),
  ...narrowed,
});

export const portfolioExportQuery = z.strictObject({ format });

export const eventItem = z.object({
  id: z.number().int(),
  ts: z.string(),
  level: z.enum(["info", "warn", "error", "critical"]),
  code: z.string(),
  type: z.string(),
  venue: z.string().nullable(),
  symbol: z.string().nullable(),
  message: z.string(),
  payload: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type EventItem = z.infer<typeof eventItem>;

export const eventsAnswer = z
  .object({
    items: z.array(eventItem),
    total: z.number().int().describe("all that the filter means"),
    total_exact: z
      .boolean()
      .describe("false when a search has more hits than are counted: then there are at least so many"),
    offset: z.number().int(),
    limit: z.number().int(),
    order: z.enum(["asc", "desc"]),
    next_offset: z.number().int().nullable(),
    next_cursor: z.string().nullable(),
    has_more: z.boolean(),
  })
  .meta({
    examples: [
      {
        items: [
          {
            id: 118,
            ts: "2026-08-12T14:07:21.000Z",
            level: "warn",
            code: "operator",
            type: "control",
            venue: null,
            symbol: null,
            message: "alice: lunch",
            payload: {},
          },
        ],
        total: 1,
        total_exact: true,
        offset: 0,
        limit: 100,
        order: "desc",
        next_offset: null,
        next_cursor: null,
        has_more: false,
      },
    ],
  });
