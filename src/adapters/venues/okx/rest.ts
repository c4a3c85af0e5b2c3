import { type KeyObject, createHmac, createSecretKey } from "node:crypto";
import type { VenueFault } from "#domain/fault.ts";
import { type Instant, isoTime } from "#domain/time.ts";
import type { Answer } from "#ports/venue.ts";
import type { HttpOutcome } from "#ports/wire.ts";
import type { Charge, Governor, Lane } from "#adapters/wire/governor.ts";
import { isFields, parseExact } from "#adapters/wire/json.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import { answered, faulted, unreadable } from "../outcome.ts";
import type { ClockReading, VenueClock } from "../venue-clock.ts";
import { type Refusal, isClockOff, readFault } from "./faults.ts";

const TIMEOUT_MS = 10_000;
const WINDOW_MS = 2_000;

/** One request of an endpoint that allows `limit` of them in two seconds, counted under `counter`. */
export const per2s = (counter: string, limit: number): readonly Charge[] => [
  { counter, limit, windowMs: WINDOW_MS, cost: 1 },
];

export interface OkxCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly params?: readonly (readonly [string, string])[];
  readonly body?: Readonly<Record<string, string | boolean>>;
  readonly signed: boolean;
  readonly charges: readonly Charge[];
  readonly lane?: Lane;
  /** After this moment of theirs they throw the request away: new orders only. */
  readonly expiresAt?: number;
  readonly timeoutMs?: number;
  readonly mayLeave?: () => boolean;
}

/** How one call ended; only `answered` carries `data` of theirs that says yes. */
export type OkxReply =
  | { readonly outcome: "answered"; readonly data: readonly unknown[] }
  | { readonly outcome: "refused"; readonly refusal: Refusal }
  | { readonly outcome: "withheld" }
  /** Not sent, by our own budget or a silence the venue asked for. */
  | { readonly outcome: "held-back"; readonly fault: VenueFault }
  | { readonly outcome: "unreachable"; readonly says: string }
  /** It may have been done: no whole answer, or one that is not theirs. */
  | { readonly outcome: "lost"; readonly says: string };

/** Base64 HMAC-SHA256 of `timestamp + METHOD + path-with-query + body`, over exactly the bytes that are sent. */
export function sign(secret: KeyObject, prehash: string): string {
  return createHmac("sha256", secret).update(prehash).digest("base64");
}

/** Signs, counts, sends, and turns every way an answer can look into one of six. Knows no endpoint. */
export class OkxRest {
  readonly #settings: VenueSettings;
  readonly #deps: Pick<VenueDeps, "http" | "log">;
  readonly #governor: Governor;
  readonly #time: VenueClock;
  readonly #secret: KeyObject;
  readonly #origin: string;

  constructor(settings: VenueSettings, deps: Pick<VenueDeps, "http" | "log">, governor: Governor, time: VenueClock) {
    this.#settings = settings;
    this.#deps = deps;
    this.#governor = governor;
    this.#time = time;
    this.#secret = createSecretKey(settings.keys.secret, "utf8");
    this.#origin = new URL(settings.restUrl).origin;
  }

  async send(call: OkxCall): Promise<OkxReply> {
    const admission = this.#governor.admit(call.charges, call.lane ?? "ordinary");
    if (!admission.admitted) {
      const { retryAfterMs, banned, says } = admission;
      return { outcome: "held-back", fault: { kind: "throttled", retryAfterMs, banned, says } };
    }
    const query = (call.params ?? []).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    const target = query === "" ? call.path : `${call.path}?${query}`;
    const body = call.body === undefined ? "" : JSON.stringify(call.body);
    const outcome = await this.#deps.http.send({
      method: call.method,
      origin: this.#origin,
      target,
      headers: this.#headers(call, target, body),
      body,
      timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
      ...(call.mayLeave === undefined ? {} : { mayLeave: call.mayLeave }),
    });
    return outcome.outcome === "answered" ? this.#read(outcome) : outcome;
  }

  /** A question: every way it can fail is a fault that settles nothing. A wrong clock is put right and asked again, once. */
  async ask<T>(call: OkxCall, read: (data: readonly unknown[]) => T | null): Promise<Answer<T>> {
    let reply = await this.send(call);
    if (reply.outcome === "refused" && isClockOff(reply.refusal)) {
      await this.syncClock();
      reply = await this.send(call);
    }
    if (reply.outcome !== "answered") return faulted(readFaultOf(reply));
    const value = read(reply.data);
    return value === null ? faulted(unreadable(call.path)) : answered(value);
  }

  /** Measures their clock; everything signed after this is stamped by it. */
  syncClock(): Promise<ClockReading | { readonly fault: VenueFault }> {
    return this.#time.measure(async () => {
      const charges = per2s("time", 10);
      const reply = await this.send({
        method: "GET",
        path: "/api/v5/public/time",
        signed: false,
        charges,
        lane: "reserved",
      });
      if (reply.outcome !== "answered") return { fault: readFaultOf(reply) };
      const [first] = reply.data;
      const ts = isFields(first) ? first["ts"] : undefined;
      return typeof ts === "string" && /^\d{10,16}$/.test(ts)
        ? { serverTime: Number(ts) }
        : { fault: unreadable("/api/v5/public/time") };
    });
  }

  /** The one argument of a websocket login. Its timestamp is in seconds, unlike everything else here. */
  login(): Readonly<Record<string, string>> {
    const { apiKey, passphrase } = this.#settings.keys;
    const timestamp = `${Math.floor(this.#time.now() / 1_000)}`;
    return { apiKey, passphrase, timestamp, sign: sign(this.#secret, `${timestamp}GET/users/self/verify`) };
  }

  #headers(call: OkxCall, target: string, body: string): Record<string, string> {
    const headers: Record<string, string> = {};
    if (body !== "") headers["content-type"] = "application/json";
    // It changes public answers too: without it a demo client would read the live market.
    if (this.#settings.simulated) headers["x-simulated-trading"] = "1";
    if (call.expiresAt !== undefined) headers["exptime"] = `${Math.floor(call.expiresAt)}`;
    if (call.signed) {
      const timestamp = isoTime(this.#time.stamp() as Instant);
      headers["ok-access-key"] = this.#settings.keys.apiKey;
      headers["ok-access-passphrase"] = this.#settings.keys.passphrase;
      headers["ok-access-timestamp"] = timestamp;
      headers["ok-access-sign"] = sign(this.#secret, `${timestamp}${call.method}${target}${body}`);
    }
    return headers;
  }

  #read({ status, body }: Extract<HttpOutcome, { outcome: "answered" }>): OkxReply {
    const parsed = parseExact(body);
    const envelope = isFields(parsed) && typeof parsed["code"] === "string" ? parsed : null;
    const ok = status >= 200 && status < 300;
    if (envelope === null) {
      if (ok) return { outcome: "lost", says: "a success whose body is not theirs" };
      return this.#refused({ status, code: null, says: "" });
    }
    const data: readonly unknown[] = Array.isArray(envelope["data"]) ? envelope["data"] : [];
    const verdict = verdictOf(envelope["code"], envelope["msg"], data[0]);
    if (ok && verdict.code === "0") return { outcome: "answered", data };
    return this.#refused({ status, code: verdict.code === "0" ? null : verdict.code, says: verdict.says });
  }

  #refused(refusal: Refusal): OkxReply {
    const fault = readFault(refusal);
    if (fault.kind === "throttled") {
      this.#governor.silence(fault.retryAfterMs, fault.banned);
      this.#deps.log.write("warn", "okx: told to be quiet", {
        status: refusal.status,
        retryAfterMs: fault.retryAfterMs,
      });
    }
    return { outcome: "refused", refusal };
  }
}

/** Where an element carries an `sCode`, that decides; its `sMsg` may be full of words on a success. */
function verdictOf(code: unknown, says: unknown, element: unknown): { readonly code: string; readonly says: string } {
  const own = isFields(element) && typeof element["sCode"] === "string" && element["sCode"] !== "" ? element : null;
  const deciding = `${own === null ? code : own["sCode"]}`;
  const text = own === null ? says : own["sMsg"];
  // Some codes carry a sub-code after an underscore; the first five digits say what happened.
  return { code: deciding.split("_")[0] ?? deciding, says: typeof text === "string" ? text.slice(0, 300) : "" };
}

/** A failed question as a fault. Lost is worth another try: a question that was carried out twice did nothing twice. */
export function readFaultOf(reply: Exclude<OkxReply, { outcome: "answered" }>): VenueFault {
  switch (reply.outcome) {
    case "refused":
      return readFault(reply.refusal);
    case "held-back":
      return reply.fault;
    case "unreachable":
      return { kind: "unreachable", says: reply.says };
    case "withheld":
      return { kind: "not-done", code: "withheld", says: "the gate is closed" };
    case "lost":
      return { kind: "not-done", code: "no-answer", says: reply.says };
  }
}
