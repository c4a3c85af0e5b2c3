import type { FastifyReply, FastifyRequest } from "fastify";
import { type Begun, type KeyedRequest, type Once, isKey } from "#desk/once.ts";
import type { ClaimAnswer } from "#ports/claims.ts";
import { type Doorkeeper, SESSION } from "../auth.ts";
import { confirmerOf } from "./credentials.ts";
import { facts, sendProblem } from "../problems.ts";
import { isReading, laneOf } from "./lanes.ts";
import { isKnown } from "./request-facts.ts";

const REPLAY = "idempotent-replay";

/** Does keyed acts once. What makes it safer is done every time it is asked for, and put on record afterwards. */
export class OnceGate {
  readonly #once: Once;
  readonly #doorkeeper: Doorkeeper;
  readonly #broken = new WeakSet<FastifyRequest>();

  constructor(once: Once, doorkeeper: Doorkeeper) {
    this.#once = once;
    this.#doorkeeper = doorkeeper;
  }

  /** Whether a request has a key at all. Most have none. */
  concerns({ headers }: FastifyRequest): boolean {
    return headers["idempotency-key"] !== undefined;
  }

  /** Before an act: its claim is on record when this goes on. Otherwise the request is answered here. */
  async before(request: FastifyRequest, reply: FastifyReply, goOn: () => void): Promise<void> {
    const keyed = this.#keyed(request);
    if (keyed === null || isSafety(request)) return goOn();
    if (!isKey(keyed.key)) {
      const detail = "Idempotency-Key: 8 to 128 letters, digits, - or _";
      sendProblem(request, reply, { status: 422, code: "invalid_request", detail });
      return undefined;
    }
    const begun = await this.#once.begin(keyed);
    if (begun.outcome === "run") {
      request.claim = begun.claim;
      return goOn();
    }
    answer(request, reply, begun);
    return undefined;
  }

  /** It ended in a fault of ours: nobody knows how far it had come. */
  broke(request: FastifyRequest): void {
    this.#broken.add(request);
  }

  /** After an act, before its answer leaves: what was answered is on record when this goes on. */
  async after(request: FastifyRequest, reply: FastifyReply, payload: unknown, goOn: () => void): Promise<void> {
    const body = typeof payload === "string" ? payload : Buffer.isBuffer(payload) ? payload.toString("utf8") : "";
    const given = { status: reply.statusCode, type: String(reply.getHeader("content-type") ?? ""), body };
    if (request.claim === null) await this.#afterwards(request, reply, given);
    else await this.#once.finish(request.claim, given, this.#broken.has(request));
    goOn();
  }

  async #afterwards(request: FastifyRequest, reply: FastifyReply, given: ClaimAnswer): Promise<void> {
    const keyed = this.#keyed(request);
    if (keyed === null || !isSafety(request) || !isKey(keyed.key) || given.status >= 300) return;
    if (await this.#once.afterwards(keyed, given)) reply.header(REPLAY, "true");
  }

  /** Null for what has no key, and for whom nobody knows: theirs is refused anyway, and shall fill no record. */
  #keyed(request: FastifyRequest): KeyedRequest | null {
    const key = request.headers["idempotency-key"];
    const { url } = request.routeOptions;
    // What a session answers is a secret of its browser's, and half of it is a cookie: it is in no record.
    if (key === undefined || isReading(request.method) || url === undefined || url === SESSION) return null;
    const who = isKnown(request) ? request.who.name : confirmerOf(request, this.#doorkeeper);
    if (who === null) return null;
    const { method, path, body } = request;
    return { who, method, path, key: String(key), query: request.url.slice(path.length), body };
  }
}

const isSafety = ({ method, routeOptions, body }: FastifyRequest): boolean =>
  laneOf(method, routeOptions.url, body) === "safety";

/** What is told instead of doing it again. */
function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  begun: Exclude<Begun, { readonly outcome: "run" }>,
): void {
  switch (begun.outcome) {
    case "replay":
      return sendText(reply.code(begun.answer.status).type(begun.answer.type), begun.answer.body);
    case "told":
      if (begun.answer.ok)
        return sendText(reply.code(200).type("application/json; charset=utf-8"), JSON.stringify(begun.answer.value));
      return void sendProblem(request, reply, facts(begun.answer.refusal));
    case "refused":
      if (begun.refusal.code === "idempotency_in_progress") reply.header("retry-after", 1);
      return void sendProblem(request, reply, facts(begun.refusal));
  }
}

function sendText(reply: FastifyReply, text: string): void {
  reply.header(REPLAY, "true").send(text);
}
