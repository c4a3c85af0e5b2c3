import { z } from "zod";
import { OVERVIEW, SLO } from "./status-examples.ts";

export const statusWord = z.enum(["OK", "WARN", "ERROR", "HOLD", "UNKNOWN"]);

export const component = z.object({
  id: z.string(),
  component_id: z.string().describe("= id"),
  title: z.string(),
  group: z.enum(["P0", "P1", "P2", "P3"]),
  status: statusWord,
  summary: z.string(),
  since: z.string().describe("since when it has this status"),
  checked_at: z.string().nullable().describe("when it was measured last; null: it never was"),
  ttl_s: z.number().nullable().describe("older than this it is UNKNOWN; null: it does not grow old"),
  metrics: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  links: z.array(z.string()),
  enabled: z.boolean().describe("false: switched off on purpose, and counted nowhere"),
});

export const alert = z.object({
  severity: z.enum(["info", "warn", "error", "critical"]),
  title: z.string(),
  msg: z.string(),
  since: z.string(),
  component_id: z.string(),
});

const score = z.number().min(0).max(1).nullable().describe("well, of those that could be seen; null: none could");
const value = z.number().nullable();

/** By objective: the value alone, as scripts read it. Null until it was measured. */
const slos = z.record(z.string(), value);

export const statusOverview = z
  .object({
    ts: z.string().describe("of the look all this is from"),
    overall: statusWord,
    mode: z.enum(["RUN", "HOLD"]),
    scores: z.object({ P0: score, P1: score, P2: score, P3: score }),
    slo: slos,
    thresholds: z.record(z.string(), z.number()),
    components: z.array(component),
    alerts: z.array(alert).describe("what stands now, the gravest first"),
  })
  .meta({ examples: [OVERVIEW] });

export const statusComponents = z
  .object({ ts: z.string(), components: z.array(component) })
  .meta({ examples: [{ ts: OVERVIEW.ts, components: OVERVIEW.components }] });

export const slo = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  value,
  threshold: z.number(),
  sense: z.enum(["most", "least"]).describe("on which side of the threshold it has to stay"),
  ok: z.boolean().nullable().describe("null: not measured"),
  breached_since: z.string().nullable(),
  holding: z.boolean().describe("missed for so long that it holds"),
  burn_rate_1h: z.number().nullable().describe("how fast the allowed misses are used up; 1 is just as fast as allowed"),
  error_budget_30d: z.number().nullable().describe("share of the allowed misses that is left; below 0: overdrawn"),
});

export const statusSlo = z
  .object({
    ts: z.string(),
    slo: slos,
    thresholds: z.record(z.string(), z.number()),
    hold_minutes: z.number(),
    objectives: z.array(slo),
  })
  .meta({ examples: [SLO] });
