import fastify, { type FastifyRequest } from "fastify";
import { type ZodTypeProvider, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { guardedHeaders } from "./gates/headers.ts";
import { parseGuarded } from "./gates/json-guard.ts";
import { laneOf } from "./gates/lanes.ts";
import { CHECK_MS, HEADER_BYTES, KEEP_ALIVE_MS, REQUEST_MS, answerUnread } from "./gates/sockets.ts";
import type { ApiOptions } from "./options.ts";
import { onError } from "./problems.ts";
import type { Api } from "./route.ts";

const BODY_BYTES = 64 * 1024;

/** A server with no gate and no route: what it reads, how much of it, and how it answers what it cannot read. */
export function bareServer({ requestId }: Pick<ApiOptions, "requestId">): Api {
  const api = fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    genReqId: requestId,
    // A missing Host is ours to refuse: the runtime's own answer has no body.
    http: { maxHeaderSize: HEADER_BYTES, requireHostHeader: false, connectionsCheckingInterval: CHECK_MS },
    clientErrorHandler: (error, socket) => answerUnread(error.code, socket, requestId()),
    frameworkErrors: (error, request, reply) => {
      void reply.headers({ ...guardedHeaders("/api/"), "x-request-id": request.id });
      void onError(error, request, reply);
    },
    // A whole address as the target is read like its path; whose address it is the gate asks.
    rewriteUrl: ({ url = "/" }) => {
      const whole = url.startsWith("/") ? null : URL.parse(url);
      return whole ? `${whole.pathname}${whole.search}` : url;
    },
  }).withTypeProvider<ZodTypeProvider>();
  for (const name of ["who", "shown", "peer", "path", "claim"] as const) api.decorateRequest(name, null as never);
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  // A page of somebody else's may post plain text to us without asking; JSON it may not.
  api.removeAllContentTypeParsers();
  api.addContentTypeParser(
    "application/json",
    { parseAs: "string" },
    async ({ method, routeOptions }: FastifyRequest, text: string) => {
      const nothing = text === "" && laneOf(method, routeOptions.url) === "safety";
      return nothing ? undefined : parseGuarded(text);
    },
  );
  return api;
}
