import { z } from "zod";

export const reasonRequest = z.strictObject({ reason: z.string().max(500).optional() });

export const controlPatch = z
  .strictObject({ mode: z.enum(["HOLD", "RUN"]).optional(), safe_mode: z.boolean().optional() })
  .refine((body) => body.mode !== undefined || body.safe_mode !== undefined, {
    path: ["mode"],
    message: "name what to change: mode or safe_mode",
  });

export const controlState = z.object({
  mode: z.enum(["RUN", "HOLD"]),
  safe_mode: z.boolean(),
  dry_run: z.boolean(),
  killed: z.boolean(),
  two_man_rule: z.boolean(),
  profile: z.string(),
  label: z.string(),
  auto_loop: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), detail: z.string(), since: z.string() })),
  venues: z.record(z.string(), z.enum(["OK", "DEGRADED", "QUARANTINED", "BANNED"])),
  revision: z.number().int(),
});

export const controlPatchAnswer = z.object({ control: controlState, changes: z.array(z.string()) });

/** Per venue: what was asked for, and what the venue itself said is still open. */
export const killAnswer = z.object({
  control: controlState,
  cancelled: z.record(
    z.string(),
    z.object({ still_open: z.array(z.string()), confirmed: z.boolean(), detail: z.string() }),
  ),
});

export const health = z.object({ status: z.literal("ok"), version: z.string() });
export const readiness = z.object({
  ready: z.boolean(),
  reasons: z.array(z.string()),
  mode: z.string(),
  version: z.string(),
});
