import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import fastify from "fastify";
import {
  type ZodTypeProvider,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from "fastify-type-provider-zod";
import type { Desk } from "#desk/desk.ts";
import type { DoorMeter, Exposition, Log } from "#ports/telemetry.ts";
import { ANONYMOUS } from "#domain/operator.ts";
import type { Operators } from "#ports/operators.ts";
import { meterAccess } from "./access-meter.ts";
import { Doorkeeper, mayAsk, needsCredential } from "./auth.ts";
import { onError, sendProblem } from "./problems.ts";
import type { Api } from "./route.ts";
import { routes } from "./routes.ts";

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly authEnabled: boolean;
  readonly operators: Operators;
  readonly version: string;
  readonly log: Log;
  /** What is measured, and who is told how every request ended; neither where nobody measures. */
  readonly exposition?: Exposition;
  readonly meter?: DoorMeter;
  /** A name for one request. */
  readonly requestId: () => string;
}

const BODY_LIMIT = 64 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;

/** The HTTP server: credential first, then shape, then the desk. Resolves once it listens; rejects when it cannot. */
export async function serveApi(
  desk: Desk,
  options: ApiOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const api = await buildApi(desk, options);
  await api.listen({ host: options.host, port: options.port });
  const address = api.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return { url: `http://${options.host}:${port}`, close: () => api.close() };
}

export async function buildApi(desk: Desk, options: ApiOptions): Promise<Api> {
  const doorkeeper = new Doorkeeper(options.authEnabled, options.operators);
  const api = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    genReqId: options.requestId,
  }).withTypeProvider<ZodTypeProvider>();
  api.decorateRequest("who", null as never);
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  // A page of somebody else's may post plain text to us without asking; JSON it may not.
  api.removeContentTypeParser("text/plain");
  api.setErrorHandler(onError);
  api.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, {
      status: 404,
      code: "not_found",
      // Not repeated: people paste the wrong thing into an address.
      detail: `there is no ${request.method} at this path; /docs lists what there is`,
    }),
  );
  api.addHook("onRequest", async (request, reply) => {
    reply
      .header("x-request-id", request.id)
      .header("x-content-type-options", "nosniff")
      .header("referrer-policy", "no-referrer");
    const path = request.url.split("?")[0] ?? "";
    const who = doorkeeper.ofHeader(request.headers.authorization);
    request.who = who ?? ANONYMOUS;
    if (who === null && needsCredential(request.method, path)) {
      reply.header("www-authenticate", 'Bearer realm="propbot"');
      const detail = "send Authorization: Bearer <token>, an operator's own or API_TOKEN";
      await sendProblem(request, reply, { status: 401, code: "unauthorized", detail });
    } else if (who !== null && !mayAsk(who, request.method, path)) {
      const detail = `${who.name} is a viewer: it may read, and nothing else`;
      await sendProblem(request, reply, { status: 403, code: "forbidden", detail });
    }
  });
  if (options.meter) meterAccess(api, options.meter);
  api.addHook("onError", async (request, _reply, error) => {
    if ((error.statusCode ?? 500) >= 500)
      options.log.write("error", `request failed: ${error.message}`, { request: request.id });
  });
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "PropBot",
        version: options.version,
        description: "Two-leg delta-neutral hedges between Binance USDⓈ-M and OKX perpetuals.",
      },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
      security: options.authEnabled ? [{ bearer: [] }] : [],
    },
    transform: jsonSchemaTransform,
  });
  await api.register(swaggerUi, { routePrefix: "/docs" });
  // Made once, before anybody trades: a first reader would else hold up everything for a tenth of a second.
  let description = Buffer.alloc(0);
  api.get("/openapi.json", { schema: { hide: true } }, (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(description),
  );
  for (const group of routes) {
    const { version, host, exposition } = options;
    group(api, { desk, doorkeeper, version, host, exposition });
  }
  await api.ready();
  description = Buffer.from(JSON.stringify(api.swagger()));
  return api;
}
