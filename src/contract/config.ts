import { z } from "zod";

const yamlText = z.string().max(60_000).describe("a map of the settings of PATCH /api/ui/control, as YAML");
const reason = z.string().max(500).optional();
const YAML = "order_notional_usdt: 50\nmax_slippage_bps: 2\nmax_total_notional_usdt: 60000\n";
const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const change = z.object({
  name: z.string(),
  before: value,
  after: value,
  loosens: z.boolean().describe("it leads away from safety, and may need a second person"),
});
const CHANGE = { name: "max_total_notional_usdt", before: "75000", after: "60000", loosens: false };

export const configValidateRequest = z.strictObject({ yaml_text: yamlText }).meta({ examples: [{ yaml_text: YAML }] });
export const configValidateAnswer = z
  .object({
    valid: z.boolean(),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
    changes: z.array(change).describe("what applying it would change now"),
    hash: z.string().nullable().describe("of the settings it would come to; null when it is not valid"),
  })
  .meta({ examples: [{ valid: true, problems: [], changes: [CHANGE], hash: HASH }] });

export const configApplyRequest = z
  .strictObject({
    yaml_text: yamlText,
    revision: z.number().int().optional().describe("refuse when control has changed since this revision"),
    reason,
  })
  .meta({ examples: [{ yaml_text: YAML, reason: "a smaller book over the weekend" }] });
export const configApplyAnswer = z
  .object({
    applied: z.literal(true),
    hash: z.string().describe("of the settings in force"),
    rollback_token: z.string().nullable().describe("good once, while nothing else changes; null: nothing was changed"),
    changes: z.array(change),
  })
  .meta({ examples: [{ applied: true, hash: HASH, rollback_token: "r4nd0m", changes: [CHANGE] }] });

export const configRollbackRequest = z
  .strictObject({ token: z.string().min(1).max(200), reason })
  .meta({ examples: [{ token: "what /api/ui/config/apply has answered as rollback_token" }] });
export const configRollbackAnswer = z
  .object({ rolled_back: z.literal(true), hash: z.string(), changes: z.array(change) })
  .meta({
    examples: [
      { rolled_back: true, hash: HASH, changes: [{ ...CHANGE, before: "60000", after: "75000", loosens: true }] },
    ],
  });
