import type { FastifyReply, FastifyRequest } from "fastify";
import { type Doorkeeper, CONFIRM, mayAsk, needsCredential } from "../auth.ts";
import { endedCookie, sessionCookie, sessionIn } from "../cookie.ts";
import type { Facts } from "../problems.ts";
import { isReading, laneOf } from "./lanes.ts";
import { isKnown } from "./request-facts.ts";
import { tooMany } from "./too-many.ts";
import type { Strangers } from "./strangers.ts";

/** Finds out who asks, and writes it into the request. Nobody is turned away here: first their requests are counted. */
export function identify(request: FastifyRequest, doorkeeper: Doorkeeper): null {
  const cookie = sessionIn(request.headers.cookie, request.peer.secure);
  request.shown = doorkeeper.shown(request.headers.authorization, cookie);
  request.who = request.shown.who;
  return null;
}

/** Turns away who may not ask this; null when they may. */
export function credentialRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  doorkeeper: Doorkeeper,
  strangers: Strangers,
): Facts | null {
  const { method, path, shown, who, peer, routeOptions } = request;
  // Health is told to anybody, and must be told to a machine that asks with an old token too.
  if (shown.by === "wrong" && laneOf(method, routeOptions.url) !== "free") {
    const waitMs = strangers.knocked(peer.address);
    if (waitMs !== null) return tooMany(reply, { waitMs }, "wrong credentials from this address");
  }
  const known = isKnown(request);
  if (!known && needsCredential(method, path)) return unauthorized(request, reply);
  if (!known) return null;
  if (!mayAsk(who, method, path)) {
    const detail = `${who.name} is a viewer: it may read, and nothing else`;
    return { status: 403, code: "forbidden", detail };
  }
  return shown.by === "session" ? sessionRefusal(request, reply, doorkeeper) : null;
}

/** A token in the body of a confirm is a credential like any other: wrong ones are counted, and told of. */
export function bodyTokenRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  doorkeeper: Doorkeeper,
  strangers: Strangers,
): Facts | null {
  const token = bodyToken(request);
  if (token === null || !doorkeeper.enabled || doorkeeper.ofToken(token) !== null) return null;
  const waitMs = strangers.knocked(request.peer.address);
  return waitMs === null ? null : tooMany(reply, { waitMs }, "wrong credentials from this address");
}

/** Whose token stands in the body of a confirm; null for nobody's. */
export function confirmerOf(request: FastifyRequest, doorkeeper: Doorkeeper): string | null {
  const token = bodyToken(request);
  return token === null ? null : (doorkeeper.ofToken(token)?.name ?? null);
}

function bodyToken({ path, body }: FastifyRequest): string | null {
  if (path !== CONFIRM || typeof body !== "object" || body === null) return null;
  const { token } = body as { readonly token?: unknown };
  return typeof token === "string" ? token : null;
}

function unauthorized({ shown, peer }: FastifyRequest, reply: FastifyReply): Facts {
  reply.header("www-authenticate", 'Bearer realm="propbot"');
  if (shown.by === "ended") {
    reply.header("set-cookie", endedCookie(peer.secure));
    return { status: 401, code: "session_ended", detail: "the session is over: type the token again" };
  }
  const detail = "send Authorization: Bearer <token>, an operator's own or API_TOKEN";
  return { status: 401, code: "unauthorized", detail };
}

/** A browser sends its cookie with whatever a page makes it send; the second word only a page of ours can add. */
function sessionRefusal(request: FastifyRequest, reply: FastifyReply, { sessions }: Doorkeeper): Facts | null {
  const { method, headers, shown, peer } = request;
  if (shown.by !== "session") return null;
  const { session, sent } = shown;
  if (session.cookie !== sent) {
    reply.header("set-cookie", sessionCookie(session.cookie, peer.secure));
    reply.header("x-csrf-token", sessions.csrfOf(session.cookie));
  }
  if (isReading(method) || sessions.isCsrfOf(sent, String(headers["x-csrf-token"] ?? ""))) return null;
  const detail = "an act of a session needs the header x-csrf-token, as GET /api/ui/session answers it";
  return { status: 403, code: "csrf", detail };
}
