import type { HttpOutcome } from "#ports/wire.ts";
import type { Charge, Governor } from "#adapters/wire/governor.ts";
import { type Fields, isFields, parseExact } from "#adapters/wire/json.ts";
import type { VenueSettings } from "../deps.ts";
import { type Call, Rest, type RestDeps, type RestWords, type Said, type Written } from "../rest.ts";
import type { VenueClock } from "../venue-clock.ts";
import { isClockOff, readFault } from "./faults.ts";
import type { OkxSigner } from "./signer.ts";

const WINDOW_MS = 2_000;

/** One request of an endpoint that allows `limit` of them in two seconds, counted under `counter`. */
export const per2s = (counter: string, limit: number): readonly Charge[] => [
  { counter, limit, windowMs: WINDOW_MS, cost: 1 },
];

export interface OkxCall extends Call {
  readonly method: "GET" | "POST";
  readonly params?: readonly (readonly [string, string])[];
  readonly body?: Readonly<Record<string, string | boolean>>;
  readonly signed: boolean;
  /** After this moment of theirs they throw the request away: new orders only. */
  readonly expiresAt?: number;
}

export type OkxData = readonly unknown[];
export type OkxRest = Rest<OkxCall, OkxData>;

/** The REST of V5. */
export function okxRest(
  settings: VenueSettings,
  deps: RestDeps,
  own: { readonly governor: Governor; readonly time: VenueClock; readonly signer: OkxSigner },
): OkxRest {
  return new Rest(new OkxWords(settings, own.signer, own.time), deps, own.governor, own.time);
}

class OkxWords implements RestWords<OkxCall, OkxData> {
  readonly name = "okx";
  readonly origin: string;
  readonly timeCall: OkxCall = {
    method: "GET",
    path: "/api/v5/public/time",
    signed: false,
    charges: per2s("time", 10),
    lane: "reserved",
  };
  readonly readFault = readFault;
  readonly isClockOff = isClockOff;
  readonly #settings: VenueSettings;
  readonly #signer: OkxSigner;
  readonly #time: VenueClock;

  constructor(settings: VenueSettings, signer: OkxSigner, time: VenueClock) {
    this.#settings = settings;
    this.#signer = signer;
    this.#time = time;
    this.origin = new URL(settings.restUrl).origin;
  }

  write(call: OkxCall): Written {
    const query = (call.params ?? []).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    const target = query === "" ? call.path : `${call.path}?${query}`;
    const body = call.body === undefined ? "" : JSON.stringify(call.body);
    const headers: Record<string, string> = {};
    if (body !== "") headers["content-type"] = "application/json";
    // It changes public answers too: without it a demo client would read the live market.
    if (this.#settings.simulated) headers["x-simulated-trading"] = "1";
    if (call.expiresAt !== undefined) headers["exptime"] = `${Math.floor(call.expiresAt)}`;
    if (call.signed) Object.assign(headers, this.#signer.headers(`${call.method}${target}${body}`));
    return { method: call.method, target, headers, body };
  }

  read({ status, body }: Extract<HttpOutcome, { outcome: "answered" }>): Said<OkxData> {
    return readEnvelope(status, parseExact(body), this.#time.now());
  }

  timeOf([first]: OkxData): number | null {
    const ts = isFields(first) ? first["ts"] : undefined;
    return typeof ts === "string" && /^\d{10,16}$/.test(ts) ? Number(ts) : null;
  }
}

/** Their `{code, msg, data}`, the same over REST and over a websocket. */
export function readEnvelope(status: number, parsed: unknown, serverNow: number): Said<OkxData> {
  const envelope = isFields(parsed) && typeof parsed["code"] === "string" ? parsed : null;
  const ok = status >= 200 && status < 300;
  const refused = { status, code: null, says: "", retryAfterMs: null, serverNow };
  if (envelope === null) {
    return ok ? { said: "gibberish", says: "a success whose body is not theirs" } : { said: "no", refusal: refused };
  }
  const data: OkxData = Array.isArray(envelope["data"]) ? envelope["data"] : [];
  const { code, says } = verdictOf(envelope, data[0]);
  if (ok && code === 0) return { said: "yes", body: data };
  return { said: "no", refusal: { ...refused, code: code === 0 ? null : code, says } };
}

/** Where an element carries an `sCode`, that decides; its `sMsg` may be full of words on a success. */
function verdictOf(envelope: Fields, element: unknown): { readonly code: number | null; readonly says: string } {
  const own = isFields(element) && typeof element["sCode"] === "string" && element["sCode"] !== "" ? element : null;
  const [code, text] = own === null ? [envelope["code"], envelope["msg"]] : [own["sCode"], own["sMsg"]];
  // Some codes carry a sub-code after an underscore; the first five digits say what happened.
  const digits = /^\d{1,6}/.exec(`${code}`)?.[0];
  return {
    code: digits === undefined ? null : Number(digits),
    says: typeof text === "string" ? text.slice(0, 300) : "",
  };
}
