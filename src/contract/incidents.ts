import { z } from "zod";
import { statusWord } from "./status.ts";

export const incident = z
  .object({
    id: z.string(),
    component_id: z.string(),
    group: z.enum(["P0", "P1", "P2", "P3"]),
    title: z.string(),
    status: z.enum(["open", "acknowledged", "closed"]),
    level: statusWord.describe("the worst it came to"),
    opened_at: z.string(),
    acknowledged_by: z.string().nullable(),
    acknowledged_at: z.string().nullable(),
    closed_at: z.string().nullable(),
    closed_by: z.string().nullable(),
    duration_s: z.number().describe("until it was closed, or until now"),
    timeline: z.array(z.object({ at: z.string(), actor: z.string(), says: z.string() })),
  })
  .meta({
    examples: [
      {
        id: "in3f9a1c2b",
        component_id: "clock_skew",
        group: "P0",
        title: "Clock skew",
        status: "open",
        level: "HOLD",
        opened_at: "2026-08-12T14:07:21.000Z",
        acknowledged_by: null,
        acknowledged_at: null,
        closed_at: null,
        closed_by: null,
        duration_s: 61,
        timeline: [{ at: "2026-08-12T14:07:21.000Z", actor: "system", says: "binance-um: 4000 ms apart" }],
      },
    ],
  });

export const incidentsAnswer = z
  .object({
    incidents: z.array(incident).describe("newest first"),
    open: z.number().int(),
    unacknowledged: z.number().int(),
  })
  .meta({ examples: [{ incidents: [], open: 0, unacknowledged: 0 }] });
