import type { FastifyReply, FastifyRequest } from "fastify";
import { type Once, type KeyedRequest, isKey } from "#desk/once.ts";
import { type Doorkeeper, SESSION } from "../auth.ts";
import { confirmerOf } from "./credentials.ts";
import { type Facts, facts } from "../problems.ts";
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

  /** Before an act: its claim is on record when this resolves to null. Otherwise what to answer; `sent` when it was. */
  async before(request: FastifyRequest, reply: FastifyReply): Promise<Facts | "sent" | null> {
    const keyed = this.#keyed(request);
    if (keyed === null || isSafety(request)) return null;
    if (!isKey(keyed.key))
      return { status: 422, code: "invalid_request", detail: "Idempotency-Key: 8 to 128 letters, digits, - or _" };
    const begun = await this.#once.begin(keyed);
    switch (begun.outcome) {
      case "run":
        request.claim = begun.claim;
        return null;
      case "replay":
        return sendText(reply.code(begun.answer.status).type(begun.answer.type), begun.answer.body);
      case "told":
        if (!begun.answer.ok) return facts(begun.answer.refusal);
        return sendText(reply.code(200).type("application/json; charset=utf-8"), JSON.stringify(begun.answer.value));
      case "refused":
        if (begun.refusal.code === "idempotency_in_progress") reply.header("retry-after", 1);
        return facts(begun.refusal);
    }
  }

  /** It ended in a fault of ours: nobody knows how far it had come. */
  broke(request: FastifyRequest): void {
    this.#broken.add(request);
  }

  /** After an act, before its answer leaves: what was answered is on record by then. */
  async after(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
    const body = typeof payload === "string" ? payload : Buffer.isBuffer(payload) ? payload.toString("utf8") : "";
    const answer = { status: reply.statusCode, type: String(reply.getHeader("content-type") ?? ""), body };
    if (request.claim !== null) return this.#once.finish(request.claim, answer, this.#broken.has(request));
    const keyed = this.#keyed(request);
    if (keyed === null || !isSafety(request) || !isKey(keyed.key) || answer.status >= 300) return;
    if (await this.#once.afterwards(keyed, answer)) reply.header(REPLAY, "true");
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

function sendText(reply: FastifyReply, text: string): "sent" {
  void reply.header(REPLAY, "true").send(text);
  return "sent";
}
