import { z } from "zod";

/** A browser's way in: the token is typed once, and a cookie no script can read takes its place. */
export const sessionRequest = z
  .strictObject({ token: z.string().min(1).max(512) })
  .meta({ examples: [{ token: "an operator's token" }] });

export const sessionAnswer = z
  .object({
    name: z.string(),
    role: z.enum(["viewer", "operator"]),
    csrf: z.string().describe("to be sent as x-csrf-token with every act; empty where no session is needed"),
    expires_at: z.string().nullable().describe("when it ends whatever is done; null where there is no session"),
    idle_seconds: z.number().int().describe("it ends when it was not used for so long"),
  })
  .meta({
    examples: [
      {
        name: "alice",
        role: "operator",
        csrf: "Zm9yIG91ciBwYWdlcw",
        expires_at: "2026-01-05T22:00:00.000Z",
        idle_seconds: 1800,
      },
    ],
  });

export const sessionEnded = z.object({ ended: z.literal(true) }).meta({ examples: [{ ended: true }] });
