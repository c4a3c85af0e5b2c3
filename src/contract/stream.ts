import { z } from "zod";
import { alert, component, statusOverview, statusWord } from "./status.ts";

/** What one may listen to. `?channels=status,events` narrows it; all of them without. */
export const CHANNELS = ["status", "control", "opportunity", "positions", "pnl", "approvals", "events"] as const;
export type Channel = (typeof CHANNELS)[number];

export const STREAM_VERSION = 1;
export const SUBPROTOCOL = "propbot.v1";
export const HEARTBEAT_S = 5;

/** Every message. `seq` grows with each; whoever comes back after a break gets a snapshot of everything first. */
export const streamMessage = z.strictObject({
  v: z.literal(STREAM_VERSION),
  type: z.string(),
  ts: z.string(),
  seq: z.number().int(),
  data: z.unknown(),
});

export const hello = z.object({
  build: z.string(),
  channels: z.array(z.enum(CHANNELS)),
  heartbeat_s: z.number(),
});

/** What changed since the last look; components that are as they were are left out. */
export const statusPatch = z.object({
  overall: statusWord,
  mode: z.enum(["RUN", "HOLD"]),
  scores: statusOverview.shape.scores,
  slo: statusOverview.shape.slo,
  components: z.array(component),
  alerts: z.array(alert),
});
