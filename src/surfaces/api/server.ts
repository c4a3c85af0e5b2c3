import type { FastifyReply, FastifyRequest } from "fastify";
import type { Desk } from "#desk/desk.ts";
import { meterAccess } from "./access-meter.ts";
import { Doorkeeper } from "./auth.ts";
import { bareServer } from "./bare-server.ts";
import { describeApi } from "./document.ts";
import { bodyTokenRefusal, credentialRefusal, identify } from "./gates/credentials.ts";
import { meet } from "./gates/request-facts.ts";
import { Hosts } from "./gates/hosts.ts";
import { isByBody } from "./gates/lanes.ts";
import { Methods, repeatedParameter } from "./gates/methods.ts";
import { OnceGate } from "./gates/once.ts";
import { foreignOrigin, unreadableBody } from "./gates/origins.ts";
import { Peers } from "./gates/peer.ts";
import { RateGate } from "./gates/rates.ts";
import { boundSockets, refuseExpectations } from "./gates/sockets.ts";
import { Stopping } from "./gates/stopping.ts";
import { Strangers } from "./gates/strangers.ts";
import type { ApiOptions } from "./options.ts";
import { type Facts, isFault, onError, sendProblem } from "./problems.ts";
import type { Api } from "./route.ts";
import { routes } from "./routes.ts";
import { Sessions } from "./sessions.ts";
import { StreamHub } from "./stream/hub.ts";
import { openStream } from "./stream/open-stream.ts";

/** Turns a request away, and says why; null lets it through. */
type Gate = (request: FastifyRequest, reply: FastifyReply) => Facts | null;

/** A server that listens. */
export interface Served {
  readonly url: string;
  /** Whoever listens to the stream. */
  readonly hub: StreamHub;
  /** Every path it answers, as the document writes them. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

/** The HTTP server. Resolves once it listens; rejects when it cannot. */
export async function serveApi(desk: Desk, options: ApiOptions): Promise<Served> {
  const api = await buildApi(desk, options);
  await api.listen({ host: options.host, port: options.port });
  const address = api.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    paths: [...Object.keys(api.swagger().paths ?? {}), "/docs"],
    hub: api.hub,
    close: () => Stopping.drain(api, options.clock),
  };
}

/** The server, not yet listening. A request goes through the gates in the order in which they stand here. */
export async function buildApi(desk: Desk, options: ApiOptions): Promise<Api> {
  const { clock, operators, authEnabled } = options;
  const api = bareServer(options);
  const peers = new Peers(options.trustedProxies);
  const hosts = new Hosts(options.host, options.allowedHosts);
  const doorkeeper = new Doorkeeper(authEnabled, operators, new Sessions(clock, operators, options.draw));
  const rates = new RateGate(clock, options.rates, doorkeeper);
  const strangers = new Strangers(clock, options.authFailPerMinute, (address, attempts) =>
    desk.door.credentialRefused(address, attempts),
  );
  const once = new OnceGate(options.once, doorkeeper);
  const methods = new Methods();
  const stopping = new Stopping(api);

  const arriving: readonly Gate[] = [
    (_request, reply) => stopping.refusal(reply),
    (request) => hosts.refusal(request),
    foreignOrigin,
    (request) => identify(request, doorkeeper),
    (request, reply) => (isByBody(request) ? null : rates.refusal(request, reply)),
    (request, reply) => credentialRefusal(request, reply, doorkeeper, strangers),
    unreadableBody,
    repeatedParameter,
  ];
  const withBody: readonly Gate[] = [
    (request, reply) => (isByBody(request) ? rates.refusal(request, reply) : null),
    (request, reply) => bodyTokenRefusal(request, reply, doorkeeper, strangers),
  ];

  openStream(api, {
    hub: new StreamHub({ clock, desk: desk.stream, version: options.version }),
    doorkeeper,
    strangers,
    hosts,
    peers,
    bounds: options.listeners,
    requestId: options.requestId,
  });
  boundSockets(api.server, peers, options.sockets);
  refuseExpectations(api.server, options.requestId);
  if (options.meter) meterAccess(api, options.meter);
  api.addHook("onRoute", (route) => methods.learn(route));
  // Hooks that need not wait do not: a promise in each of them would cost a look more than the look itself.
  api.addHook("onRequest", (request, reply, done) => {
    meet(request, reply, peers);
    pass(arriving, request, reply, done);
  });
  api.addHook("preValidation", (request, reply, done) => pass(withBody, request, reply, done));
  api.addHook("preHandler", (request, reply, done) => {
    if (once.concerns(request)) void once.before(request, reply, done);
    else done();
  });
  api.addHook("onSend", (request, reply, payload, done) => {
    stopping.tell(reply);
    if (once.concerns(request)) void once.after(request, reply, payload, done);
    else done();
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
    const { version, host, exposition } = options;
    for (const group of routes) group(api, { desk, doorkeeper, strangers, version, host, exposition });
  });
}

function pass(gates: readonly Gate[], request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  for (const gate of gates) {
    const refusal = gate(request, reply);
    if (refusal) {
      sendProblem(request, reply, refusal);
      return;
    }
  }
  done();
}
