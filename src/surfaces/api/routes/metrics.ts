import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { ANONYMOUS } from "#domain/operator.ts";
import { sendProblem } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

/** Numbers for whoever watches from outside. From this machine without a credential, when only this machine can ask. */
export const metricsRoutes: Routes = (api, { exposition, host }) => {
  if (exposition === undefined) return;
  api.get(
    "/metrics",
    {
      schema: {
        tags: ["health"],
        summary: "Everything that is measured, as Prometheus reads it",
        produces: ["text/plain"],
        response: { 200: z.string(), ...refusals },
      },
    },
    async (request, reply) => {
      if (request.who === ANONYMOUS && !(isLoopback(host) && isFromHere(request))) {
        const detail = "send Authorization: Bearer <token>: without one metrics are told on loopback alone";
        reply.header("www-authenticate", 'Bearer realm="propbot"');
        return sendProblem(request, reply, { status: 401, code: "unauthorized", detail }) as never;
      }
      const text = await exposition.text();
      return reply
        .header("content-type", exposition.contentType)
        .header("cache-control", "no-store")
        .send(text) as never;
    },
  );
};

/** Something in between speaks for others, who may be anywhere. */
const FORWARDED = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

function isFromHere({ socket, headers }: FastifyRequest): boolean {
  return isLoopback(socket.remoteAddress ?? "") && !FORWARDED.some((name) => headers[name] !== undefined);
}

const isLoopback = (address: string): boolean => /^(localhost|::1|\[::1\]|(::ffff:)?127(\.\d{1,3}){3})$/i.test(address);
