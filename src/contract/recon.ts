import { z } from "zod";
import { RECON } from "./examples.ts";

export const reconFinding = z.object({
  id: z.string(),
  venue: z.string(),
  kind: z.enum(["position", "order", "balance", "foreign_order"]),
  symbol: z.string().nullable(),
  order: z.string().nullable(),
  ours: z.string().describe("exact, as text"),
  theirs: z.string(),
  since: z.string(),
  detail: z.string().describe("what differs, and what to do about it"),
});

export const reconRun = z.object({
  at: z.string(),
  venue: z.string(),
  took_ms: z.number(),
  compared: z
    .object({
      positions: z.number().int().nullable(),
      orders: z.number().int().nullable(),
      wallets: z.number().int().nullable(),
    })
    .describe("how many of each; null where they could not be compared"),
  findings: z.array(reconFinding),
  detail: z.string().nullable().describe("why something could not be compared"),
});

/** `clean`: everything was compared at every venue, and nothing differs. */
export const reconStatus = z
  .object({
    verdict: z.enum(["clean", "mismatch", "unknown"]),
    findings: z.array(reconFinding),
    runs: z.array(reconRun).describe("the latest of each venue"),
  })
  .meta({ examples: [RECON] });

export const reconHistory = z
  .object({ runs: z.array(reconRun).describe("newest first, 200 at most") })
  .meta({ examples: [{ runs: RECON.runs }] });
