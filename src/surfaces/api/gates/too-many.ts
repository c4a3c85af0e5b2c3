import type { FastifyReply } from "fastify";
import type { Facts } from "../problems.ts";
import type { Taken } from "./bucket.ts";

/** Come back later, and when. */
export function tooMany(reply: FastifyReply, { waitMs }: Pick<Taken, "waitMs">, limit: string): Facts {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  reply.header("retry-after", seconds);
  return { status: 429, code: "rate_limited", detail: `too many requests: ${limit}; come back in ${seconds} s` };
}
