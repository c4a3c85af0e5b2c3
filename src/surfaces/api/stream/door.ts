import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { type Channel, CHANNELS, SUBPROTOCOL } from "#contract/stream.ts";
import type { Doorkeeper } from "../auth.ts";
import { sessionIn } from "../cookie.ts";
import type { Hosts } from "../gates/hosts.ts";
import { isOwnOrigin } from "../gates/origins.ts";
import type { Peers } from "../gates/peer.ts";
import { endWithProblem } from "../gates/sockets.ts";
import type { Strangers } from "../gates/strangers.ts";
import type { Facts } from "../problems.ts";
import type { StreamHub } from "./hub.ts";
import { Listener } from "./listener.ts";

export const STREAM_PATHS: readonly string[] = [
  "/api/ui/status/stream",
  "/api/ui/status/stream/status",
  "/api/ui/stream",
];
/** It is only told; what it sends ends it, and need not be long for that. */
const MOST_BYTES = 4_096;
const WEBSOCKET_VERSION = "13";

export interface StreamDoorDeps {
  readonly hub: StreamHub;
  readonly doorkeeper: Doorkeeper;
  readonly strangers: Strangers;
  readonly hosts: Hosts;
  readonly peers: Peers;
  readonly bounds: ListenerBounds;
  readonly requestId: () => string;
}

/** How many may listen: in all, and with one name. */
export interface ListenerBounds {
  readonly all: number;
  readonly ofOne: number;
}

export const LISTENERS: ListenerBounds = { all: 64, ofOne: 8 };

/** Lets in who may listen. Everybody else is refused before the protocol is changed, with a problem like any other. */
export class StreamDoor {
  readonly #deps: StreamDoorDeps;
  readonly #server: WebSocketServer;

  constructor(deps: StreamDoorDeps) {
    this.#deps = deps;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: MOST_BYTES,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
  }

  /** For the server's `upgrade`. */
  knock(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    // A connection that breaks here breaks nobody but itself.
    wire.on("error", () => wire.destroy());
    const refusal = this.#refusal(request);
    if (refusal) return refuse(wire, refusal, this.#deps.requestId());
    const url = URL.parse(request.url ?? "", "http://stream");
    const channels = channelsIn(url?.searchParams.getAll("channels") ?? []);
    if (channels === null) {
      const detail = `channels: must be some of ${CHANNELS.join(", ")}, with commas between`;
      return refuse(wire, { status: 422, code: "invalid_request", detail }, this.#deps.requestId());
    }
    this.#server.handleUpgrade(request, wire, head, (socket) => this.#enter(socket, wire, request, channels));
  }

  #refusal(request: IncomingMessage): Facts | null {
    const { bounds, doorkeeper, hosts, hub, peers, strangers } = this.#deps;
    const { headers, method, rawHeaders, url = "" } = request;
    const peer = peers.of(request);
    const strange = hosts.refusal({ raw: { rawHeaders }, originalUrl: url, peer });
    if (strange) return strange;
    if (!STREAM_PATHS.includes(url.split("?")[0] ?? ""))
      return { status: 404, code: "not_found", detail: `no stream at this path; it is at ${STREAM_PATHS[0]}` };
    if (method !== "GET" || headers["sec-websocket-version"] !== WEBSOCKET_VERSION)
      return { status: 426, code: "upgrade_required", detail: `a websocket of version ${WEBSOCKET_VERSION} is needed` };
    if (headers.origin !== undefined && !isOwnOrigin(headers.origin, peer.host))
      return {
        status: 403,
        code: "foreign_origin",
        detail: "the stream is for our own pages only, not for another site's",
      };
    const shown = doorkeeper.shown(headers.authorization, sessionIn(headers.cookie, peer.secure));
    if (shown.by === "wrong" && strangers.knocked(peer.address) !== null)
      return { status: 429, code: "rate_limited", detail: "too many wrong credentials from this address" };
    if (shown.by === "session" && headers.origin === undefined)
      return {
        status: 403,
        code: "foreign_origin",
        detail: "a session listens from a page of ours: there is no Origin",
      };
    if (shown.by === "nothing" || shown.by === "wrong" || shown.by === "ended")
      return {
        status: 401,
        code: "unauthorized",
        detail: "send Authorization: Bearer <token>, or open a session first",
      };
    const full = hub.count() >= bounds.all || hub.count(shown.who.name) >= bounds.ofOne;
    const detail = `${bounds.ofOne} may listen with one name and ${bounds.all} in all: close one first`;
    return full ? { status: 429, code: "too_many_listeners", detail } : null;
  }

  #enter(socket: WebSocket, wire: Duplex, request: IncomingMessage, channels: ReadonlySet<Channel>): void {
    const { doorkeeper, hub, peers } = this.#deps;
    const { authorization, cookie } = request.headers;
    const shown = () => doorkeeper.shown(authorization, sessionIn(cookie, peers.of(request).secure));
    const { name, role } = shown().who;
    const listener = new Listener({
      socket,
      wire,
      name,
      channels,
      stillWelcome: () => {
        const { by, who } = shown();
        return (by === "bearer" || by === "session" || by === "local") && who.name === name && who.role === role;
      },
      cut: (reason) => hub.cut(reason),
    });
    socket.on("error", () => undefined);
    socket.on("close", () => hub.leave(listener));
    hub.join(listener);
  }
}

function channelsIn(given: readonly string[]): ReadonlySet<Channel> | null {
  if (given.length === 0) return new Set(CHANNELS);
  const names = given.flatMap((each) => each.split(","));
  const known = CHANNELS.filter((channel) => names.includes(channel));
  return known.length === new Set(names).size ? new Set(known) : null;
}

/** Before the protocol is changed, in the shape of all refusals. */
function refuse(wire: Duplex, facts: Facts, id: string): void {
  endWithProblem(wire, facts, id, MORE[facts.status]);
}

/** What else a client has to know of a refusal. */
const MORE: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { "www-authenticate": 'Bearer realm="propbot"' },
  426: { upgrade: "websocket", "sec-websocket-version": WEBSOCKET_VERSION },
  429: { "retry-after": "5" },
};
