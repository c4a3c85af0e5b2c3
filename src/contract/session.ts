import { z } from "zod";

/** A browser's way in: the token is typed once, and a cookie no script can read takes its place. */
export const sessionRequest = z.strictObject({ token: z.string().min(1).max(512) });

export const sessionAnswer = z.object({
  name: z.string(),
  role: z.enum(["viewer", "operator"]),
  csrf: z.string().describe("to be sent as x-csrf-token with every act; empty where no session is needed"),
  expires_at: z.string().nullable().describe("when it ends whatever is done; null where there is no session"),
  idle_seconds: z.number().int().describe("it ends when it was not used for so long"),
});

export const sessionEnded = z.object({ ended: z.literal(true) });
