import { z } from "zod";

/** The body of every answer that is not a success (RFC 9457). */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** For people. */
  detail: z.string(),
  /** For machines; stable. */
  code: z.string(),
  /** The request's id. */
  instance: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  approval: z.string().optional().describe("the request that now waits for a second person"),
});

export type Problem = z.infer<typeof problem>;
