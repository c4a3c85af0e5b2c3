import type { HttpOutcome, HttpRequest } from "#ports/wire.ts";
import type { Charge, Governor } from "#adapters/wire/governor.ts";
import { type Fields, isFields, parseExact, textOf } from "#adapters/wire/json.ts";
import type { VenueSettings } from "../deps.ts";
import type { Refusal } from "../refusal.ts";
import { type Call, Rest, type RestDeps, type RestWords, type Said, type Written } from "../rest.ts";
import type { VenueClock } from "../venue-clock.ts";
import { isClockOff, readFault } from "./faults.ts";
import type { Signer } from "./signer.ts";

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

export type Params = readonly (readonly [name: string, value: string])[];

export interface BinanceCall extends Call {
  readonly method: HttpRequest["method"];
  readonly params?: Params;
  readonly security: "none" | "key" | "signed";
  readonly recvWindowMs?: number;
}

export type BinanceRest = Rest<BinanceCall, unknown>;

/** The REST of USDⓈ-M futures. */
export function binanceRest(
  settings: VenueSettings,
  deps: RestDeps,
  own: { readonly governor: Governor; readonly time: VenueClock; readonly signer: Signer },
): BinanceRest {
  return new Rest(new BinanceWords(settings, own), deps, own.governor, own.time);
}

class BinanceWords implements RestWords<BinanceCall, unknown> {
  readonly name = "binance";
  readonly origin: string;
  readonly timeCall: BinanceCall = {
    method: "GET",
    path: "/fapi/v1/time",
    security: "none",
    charges: weight(1),
    lane: "reserved",
  };
  readonly readFault = readFault;
  readonly isClockOff = isClockOff;
  readonly #settings: VenueSettings;
  readonly #own: { readonly governor: Governor; readonly time: VenueClock; readonly signer: Signer };

  constructor(
    settings: VenueSettings,
    own: { readonly governor: Governor; readonly time: VenueClock; readonly signer: Signer },
  ) {
    this.#settings = settings;
    this.#own = own;
    this.origin = new URL(settings.restUrl).origin;
  }

  write(call: BinanceCall): Written {
    const headers = call.security === "none" ? {} : { "x-mbx-apikey": this.#settings.keys.apiKey };
    return { method: call.method, target: this.#target(call), headers, body: "" };
  }

  read({ status, headers, body }: Extract<HttpOutcome, { outcome: "answered" }>): Said<unknown> {
    const { governor, time } = this.#own;
    observeHeaders(governor, headers);
    const parsed = parseExact(body);
    if (status >= 200 && status < 300) {
      if (parsed === undefined) return { said: "gibberish", says: "a success whose body is not JSON" };
      // Some successes carry `code: 200`; a negative one is a refusal, whatever the status says.
      if (!isFields(parsed) || typeof parsed["code"] !== "number" || parsed["code"] >= 0) {
        return { said: "yes", body: parsed };
      }
    }
    const retryAfterMs = secondsOf(headers.get("retry-after"));
    return { said: "no", refusal: refusalOf({ status, error: parsed, retryAfterMs, serverNow: time.now() }) };
  }

  timeOf(body: unknown): number | null {
    const serverTime = isFields(body) ? body["serverTime"] : undefined;
    return typeof serverTime === "number" ? serverTime : null;
  }

  #target({ path, params = [], security, recvWindowMs }: BinanceCall): string {
    const pairs = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    if (security !== "signed") return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
    const { signer, time } = this.#own;
    pairs.push(`recvWindow=${recvWindowMs ?? this.#settings.recvWindowMs}`, `timestamp=${time.stamp()}`);
    const payload = pairs.join("&");
    return `${path}?${payload}&signature=${encodeURIComponent(signer.sign(payload))}`;
  }
}

/** Their `{code, msg}`, wherever it stood, as a refusal. */
export function refusalOf(said: {
  readonly status: number;
  readonly error: unknown;
  readonly retryAfterMs: number | null;
  readonly serverNow: number;
}): Refusal {
  const { error, ...rest } = said;
  const theirs: Fields = isFields(error) ? error : {};
  const code = typeof theirs["code"] === "number" ? theirs["code"] : null;
  return { ...rest, code, says: textOf(theirs["msg"]).slice(0, 300) };
}

function observeHeaders(governor: Governor, headers: ReadonlyMap<string, string>): void {
  const used = (name: string): number => Number.parseInt(headers.get(name) ?? "", 10);
  governor.observe(WEIGHT, used("x-mbx-used-weight-1m"));
  governor.observe(ORDERS_10S, used("x-mbx-order-count-10s"));
  governor.observe(ORDERS_1M, used("x-mbx-order-count-1m"));
}

/** The `rateLimits` of a websocket answer: the same counters, told in the body. */
export function observeLimits(governor: Governor, limits: unknown): void {
  if (!Array.isArray(limits)) return;
  for (const limit of limits as readonly unknown[]) {
    if (!isFields(limit) || typeof limit["count"] !== "number") continue;
    const name = `${textOf(limit["rateLimitType"])} ${textOf(limit["intervalNum"])} ${textOf(limit["interval"])}`;
    if (name === "REQUEST_WEIGHT 1 MINUTE") governor.observe(WEIGHT, limit["count"]);
    else if (name === "ORDERS 10 SECOND") governor.observe(ORDERS_10S, limit["count"]);
    else if (name === "ORDERS 1 MINUTE") governor.observe(ORDERS_1M, limit["count"]);
  }
}

function secondsOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) * 1_000 : null;
}
