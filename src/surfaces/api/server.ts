import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { type ZodTypeProvider, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Desk } from "#desk/desk.ts";
import type { Once } from "#desk/once.ts";
import { ANONYMOUS } from "#domain/operator.ts";
import type { Clock } from "#ports/clock.ts";
import type { Operators } from "#ports/operators.ts";
import type { Log } from "#ports/telemetry.ts";
import { Doorkeeper } from "./auth.ts";
import { describeApi } from "./document.ts";
import { bodyTokenRefusal, confirmerOf, credentialRefusal, identify } from "./gates/credentials.ts";
import { guardedHeaders } from "./gates/headers.ts";
import { Hosts } from "./gates/hosts.ts";
import { parseGuarded } from "./gates/json-guard.ts";
import { isByBody, laneOf } from "./gates/lanes.ts";
import { Methods, repeatedParameter } from "./gates/methods.ts";
import { OnceGate } from "./gates/once.ts";
import { foreignOrigin, unreadableBody } from "./gates/origins.ts";
import { Peers, networkOf } from "./gates/peer.ts";
import { RateGate, type Rates } from "./gates/rates.ts";
import { isKnown } from "./gates/request-facts.ts";
import { HEADER_BYTES, KEEP_ALIVE_MS, REQUEST_MS, answerUnread, boundSockets } from "./gates/sockets.ts";
import { Strangers } from "./gates/strangers.ts";
import { type Facts, isFault, onError, sendProblem } from "./problems.ts";
import type { Api } from "./route.ts";
import { routes } from "./routes.ts";
import { Sessions } from "./sessions.ts";

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly authEnabled: boolean;
  readonly operators: Operators;
  readonly version: string;
  readonly log: Log;
  /** A name for one request. */
  readonly requestId: () => string;
  /** 256 bits nobody can guess. */
  readonly draw: () => string;
  readonly clock: Clock;
  readonly once: Once;
  readonly rates: Rates;
  readonly authFailPerMinute: number;
  /** Names we answer to besides those of this machine. */
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
}

const BODY_BYTES = 64 * 1024;
/** What is in flight gets so long to end when we stop. */
const DRAIN_MS = 5_000;

/** The HTTP server. Resolves once it listens; rejects when it cannot. */
export async function serveApi(
  desk: Desk,
  options: ApiOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const api = await buildApi(desk, options);
  await api.listen({ host: options.host, port: options.port });
  const address = api.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, close: () => drain(api, options.clock) };
}

/** No new connection; what is in flight ends, and what does not in time is cut. */
async function drain(api: Api, clock: Clock): Promise<void> {
  const cut = clock.after(DRAIN_MS, () => api.server.closeAllConnections());
  await api.close();
  cut.stop();
}

/** The server, not yet listening. A request goes through the gates in the order in which they stand here. */
export async function buildApi(desk: Desk, options: ApiOptions): Promise<Api> {
  const { clock, operators, authEnabled } = options;
  const api = bareServer(options);
  const doorkeeper = new Doorkeeper(authEnabled, operators, new Sessions(clock, operators, options.draw));
  const strangers = new Strangers(clock, options.authFailPerMinute, (address, attempts) =>
    desk.door.credentialRefused(address, attempts),
  );
  const peers = new Peers(options.trustedProxies);
  const hosts = new Hosts(options.host, options.allowedHosts);
  const rates = new RateGate(clock, options.rates);
  const once = new OnceGate(options.once, clock, doorkeeper);
  const methods = new Methods();
  const limited = (request: FastifyRequest, reply: FastifyReply): Facts | null => {
    const { method, routeOptions, body, peer, who } = request;
    const name = isKnown(request) ? who.name : confirmerOf(request, doorkeeper);
    const whose = name === null ? `at ${networkOf(peer.address)}` : `by ${name}`;
    return rates.admit(reply, laneOf(method, routeOptions.url, body), whose);
  };
  let closing = false;
  boundSockets(api.server, peers);

  api.addHook("onRoute", (route) => methods.learn(route));
  api.addHook("preClose", (done) => {
    closing = true;
    done();
  });
  api.addHook("onRequest", async (request, reply) => {
    const { raw, method, headers, originalUrl } = request;
    const peer = peers.of(raw);
    Object.assign(request, { peer, who: ANONYMOUS, shown: { by: "nothing", who: ANONYMOUS }, claim: null });
    request.path = request.url.split("?")[0] ?? "";
    reply.headers({ ...guardedHeaders(request.path), "x-request-id": request.id });
    const { url } = request.routeOptions;
    const refusal =
      (closing ? stopping(reply) : null) ??
      hosts.refusal(raw, originalUrl, peer) ??
      foreignOrigin(method, headers, peer) ??
      (identify(request, doorkeeper), isByBody(method, url) ? null : limited(request, reply)) ??
      credentialRefusal(request, reply, doorkeeper, strangers) ??
      unreadableBody(headers) ??
      repeatedParameter(request.url);
    if (refusal) await sendProblem(request, reply, refusal);
  });
  // The body has been read by now, and not yet been looked at.
  api.addHook("preValidation", async (request, reply) => {
    const byBody = isByBody(request.method, request.routeOptions.url);
    const refusal =
      (byBody ? limited(request, reply) : null) ?? bodyTokenRefusal(request, reply, doorkeeper, strangers);
    if (refusal) await sendProblem(request, reply, refusal);
  });
  api.addHook("preHandler", async (request, reply) => {
    const refusal = await once.before(request, reply);
    if (refusal === "sent") return reply;
    return refusal ? sendProblem(request, reply, refusal) : undefined;
  });
  api.addHook("onSend", async (request, reply, payload) => {
    if (closing) reply.header("connection", "close");
    await once.after(request, reply, payload);
  });
  api.setNotFoundHandler((request, reply) => sendProblem(request, reply, methods.refusal(request, reply)));
  api.setErrorHandler((error: Parameters<typeof onError>[0], request, reply) => {
    if (isFault(error)) {
      once.broke(request);
      options.log.write("error", `request failed: ${error.message}`, { request: request.id });
    }
    return onError(error, request, reply);
  });
  return describeApi(api, options, () => {
    for (const group of routes) group(api, { desk, doorkeeper, strangers, version: options.version });
  });
}

/** A server with no gate and no route: what it reads, how much of it, and how it answers what it cannot read. */
function bareServer({ requestId }: ApiOptions): Api {
  const api = fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    genReqId: requestId,
    // A missing Host is ours to refuse: the runtime's own answer has no body.
    http: { maxHeaderSize: HEADER_BYTES, requireHostHeader: false },
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
  api.addContentTypeParser("application/json", { parseAs: "string" }, async (request: FastifyRequest, text: string) => {
    const { method, routeOptions } = request;
    const nothing = text === "" && laneOf(method, routeOptions.url) === "safety";
    return nothing ? undefined : parseGuarded(text);
  });
  return api;
}

function stopping(reply: FastifyReply): Facts {
  reply.header("connection", "close").header("retry-after", 5);
  return { status: 503, code: "stopping", detail: "the process is being stopped" };
}
