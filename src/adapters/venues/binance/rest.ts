import { type KeyObject, createHmac, createSecretKey } from "node:crypto";
import type { VenueFault } from "#domain/fault.ts";
import type { Answer } from "#ports/venue.ts";
import type { HttpOutcome, HttpRequest } from "#ports/wire.ts";
import type { Charge, Governor, Lane } from "#adapters/wire/governor.ts";
import { isFields, parseExact } from "#adapters/wire/json.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import { answered, faulted, unreadable } from "../outcome.ts";
import type { ClockReading, VenueClock } from "../venue-clock.ts";
import { type Refusal, isClockOff, quiet, readFault } from "./faults.ts";

/** Requests per address and orders per account, as the venue lists them in `exchangeInfo`. */
const WEIGHT = { counter: "weight", limit: 2_400, windowMs: 60_000 } as const;
const ORDERS_10S = { counter: "orders-10s", limit: 300, windowMs: 10_000 } as const;
const ORDERS_1M = { counter: "orders-1m", limit: 1_200, windowMs: 60_000 } as const;
/** fundingInfo and fundingRate share this one. */
const FUNDING = { counter: "funding", limit: 500, windowMs: 300_000 } as const;

export const weight = (cost: number): readonly Charge[] => [{ ...WEIGHT, cost }];
export const oneOrder: readonly Charge[] = [
  { ...ORDERS_10S, cost: 1 },
  { ...ORDERS_1M, cost: 1 },
];
export const oneFundingQuestion: readonly Charge[] = [{ ...FUNDING, cost: 1 }];

const TIMEOUT_MS = 10_000;

export interface BinanceCall {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly params?: readonly (readonly [string, string])[];
  readonly security: "none" | "key" | "signed";
  readonly charges: readonly Charge[];
  readonly lane?: Lane;
  readonly recvWindowMs?: number;
  readonly timeoutMs?: number;
  readonly mayLeave?: () => boolean;
}

/** How one call ended; only `answered` carries a body of theirs that says yes. */
export type BinanceReply =
  | { readonly outcome: "answered"; readonly body: unknown }
  | { readonly outcome: "refused"; readonly refusal: Refusal }
  | { readonly outcome: "withheld" }
  /** Not sent, by our own budget or a silence the venue asked for. */
  | { readonly outcome: "held-back"; readonly fault: VenueFault }
  | { readonly outcome: "unreachable"; readonly says: string }
  /** It may have been done: no whole answer, or one that is not theirs. */
  | { readonly outcome: "lost"; readonly says: string };

/** Hex HMAC-SHA256 over exactly the bytes that are sent. */
export function sign(secret: KeyObject, payload: string): string {
  return createHmac("sha256", secret).update(payload).digest("hex");
}

/** Signs, counts, sends, and turns every way an answer can look into one of six. Knows no endpoint. */
export class BinanceRest {
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

  async send(call: BinanceCall): Promise<BinanceReply> {
    const admission = this.#governor.admit(call.charges, call.lane ?? "ordinary");
    if (!admission.admitted) {
      const { retryAfterMs, banned, says } = admission;
      return { outcome: "held-back", fault: { kind: "throttled", retryAfterMs, banned, says } };
    }
    const outcome = await this.#deps.http.send({
      method: call.method,
      origin: this.#origin,
      target: this.#target(call),
      headers: call.security === "none" ? {} : { "x-mbx-apikey": this.#settings.keys.apiKey },
      body: "",
      timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
      ...(call.mayLeave === undefined ? {} : { mayLeave: call.mayLeave }),
    });
    return outcome.outcome === "answered" ? this.#read(outcome) : outcome;
  }

  /** A question: every way it can fail is a fault that settles nothing. A wrong clock is put right and asked again, once. */
  async ask<T>(call: BinanceCall, read: (body: unknown) => T | null): Promise<Answer<T>> {
    let reply = await this.send(call);
    if (reply.outcome === "refused" && isClockOff(reply.refusal)) {
      await this.syncClock();
      reply = await this.send(call);
    }
    if (reply.outcome !== "answered") return faulted(readFaultOf(reply));
    const value = read(reply.body);
    return value === null ? faulted(unreadable(call.path)) : answered(value);
  }

  /** Measures their clock; everything signed after this is stamped by it. */
  syncClock(): Promise<ClockReading | { readonly fault: VenueFault }> {
    return this.#time.measure(async () => {
      const reply = await this.send({
        method: "GET",
        path: "/fapi/v1/time",
        security: "none",
        charges: weight(1),
        lane: "reserved",
      });
      if (reply.outcome !== "answered") return { fault: readFaultOf(reply) };
      const serverTime = isFields(reply.body) ? reply.body["serverTime"] : undefined;
      return typeof serverTime === "number" ? { serverTime } : { fault: unreadable("/fapi/v1/time") };
    });
  }

  #target({ path, params = [], security, recvWindowMs }: BinanceCall): string {
    const pairs = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    if (security !== "signed") return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
    pairs.push(`recvWindow=${recvWindowMs ?? this.#settings.recvWindowMs}`, `timestamp=${this.#time.stamp()}`);
    const payload = pairs.join("&");
    return `${path}?${payload}&signature=${sign(this.#secret, payload)}`;
  }

  #read(answer: Extract<HttpOutcome, { outcome: "answered" }>): BinanceReply {
    const { status, headers, body } = answer;
    this.#count(headers);
    const parsed = parseExact(body);
    if (status >= 200 && status < 300) {
      if (parsed === undefined) return { outcome: "lost", says: "a success whose body is not JSON" };
      // Some successes carry `code: 200`; a negative one is a refusal, whatever the status says.
      if (!isFields(parsed) || typeof parsed["code"] !== "number" || parsed["code"] >= 0) {
        return { outcome: "answered", body: parsed };
      }
    }
    const refusal: Refusal = {
      status,
      code: isFields(parsed) && typeof parsed["code"] === "number" ? parsed["code"] : null,
      says: isFields(parsed) && typeof parsed["msg"] === "string" ? parsed["msg"].slice(0, 300) : "",
      retryAfterMs: secondsOf(headers.get("retry-after")),
      serverNow: this.#time.now(),
    };
    const fault = readFault(refusal);
    if (fault.kind === "throttled") {
      const { retryAfterMs, banned } = quiet(refusal);
      this.#governor.silence(retryAfterMs, banned);
      this.#deps.log.write("warn", "binance: told to be quiet", { status, retryAfterMs, banned });
    }
    return { outcome: "refused", refusal };
  }

  #count(headers: ReadonlyMap<string, string>): void {
    const used = (name: string): number => Number.parseInt(headers.get(name) ?? "", 10);
    this.#governor.observe(WEIGHT, used("x-mbx-used-weight-1m"));
    this.#governor.observe(ORDERS_10S, used("x-mbx-order-count-10s"));
    this.#governor.observe(ORDERS_1M, used("x-mbx-order-count-1m"));
  }
}

/** A failed question as a fault. Lost is worth another try: a question that was carried out twice did nothing twice. */
export function readFaultOf(reply: Exclude<BinanceReply, { outcome: "answered" }>): VenueFault {
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

function secondsOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) * 1_000 : null;
}
