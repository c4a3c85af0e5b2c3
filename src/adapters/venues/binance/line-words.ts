import { HOUR } from "#domain/time.ts";
import type { Governor } from "#adapters/wire/governor.ts";
import { isFields, parseExact } from "#adapters/wire/json.ts";
import type { VenueSettings } from "../deps.ts";
import type { KeyRing } from "../key-ring.ts";
import type { LineMessage, LineWords } from "../order-line.ts";
import type { Said } from "../rest.ts";
import type { VenueClock } from "../venue-clock.ts";
import { placementFault } from "./faults.ts";
import { type Params, observeLimits, refusalOf } from "./rest.ts";
import type { Signer } from "./signer.ts";

const LOGON = "logon";
const PING_MS = 15_000;

type Value = string | number;

/**
 * The websocket API: `{id, method, params}` out, `{id, status, result | error}` back. An Ed25519 key logs the
 * connection on once; with an HMAC secret every request is signed, its parameters in the order of their names.
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-api-general-info
 */
export class BinanceLineWords implements LineWords<unknown> {
  readonly name = "binance orders";
  readonly url: string;
  readonly heartbeat: { readonly kind: "protocol"; readonly everyMs: number };
  /** It says nothing unasked; the pongs are its sign of life. */
  readonly silenceMs = Number.POSITIVE_INFINITY;
  /** The venue ends every connection after 24 hours. */
  readonly lifeMs = 23 * HOUR;
  readonly #keys: KeyRing;
  readonly #own: { readonly signer: Signer; readonly time: VenueClock; readonly governor: Governor };

  constructor(
    settings: VenueSettings,
    own: { readonly signer: Signer; readonly time: VenueClock; readonly governor: Governor },
  ) {
    this.url = `${settings.orderUrl.replace(/\/+$/, "")}/ws-fapi/v1`;
    this.heartbeat = { kind: "protocol", everyMs: settings.patience?.heartbeatMs ?? PING_MS };
    this.#keys = settings.keys;
    this.#own = own;
  }

  login(): string | null {
    const { signer, time } = this.#own;
    if (signer.kind === "hmac") return null;
    return this.#signed(LOGON, "session.logon", [["timestamp", time.stamp()]]);
  }

  /** One request, stamped now; signed unless the connection is logged on, as every ready one of an Ed25519 key is. */
  request(id: string, method: string, params: Params, recvWindowMs: number): string {
    const { signer, time } = this.#own;
    const stamped: readonly (readonly [string, Value])[] = [
      ...params,
      ["recvWindow", recvWindowMs],
      ["timestamp", time.stamp()],
    ];
    if (signer.kind === "hmac") return this.#signed(id, method, stamped);
    return JSON.stringify({ id, method, params: Object.fromEntries(stamped) });
  }

  read(text: string): LineMessage<unknown> {
    const frame = parseExact(text);
    if (!isFields(frame) || typeof frame["id"] !== "string") return { kind: "other" };
    const { id } = frame;
    observeLimits(this.#own.governor, frame["rateLimits"]);
    const said = this.#said(frame);
    if (id !== LOGON) return { kind: "answer", id, said };
    if (said.said === "yes") return { kind: "logged-in" };
    const fault =
      said.said === "no"
        ? placementFault(said.refusal)
        : ({ kind: "not-done", code: "unreadable", says: said.says } as const);
    return { kind: "login-refused", fault };
  }

  #said({ status, result, error }: Readonly<Record<string, unknown>>): Said<unknown> {
    if (status === 200) {
      return isFields(result)
        ? { said: "yes", body: result }
        : { said: "gibberish", says: "a success without its result" };
    }
    if (typeof status !== "number") return { said: "gibberish", says: "an answer without its status" };
    const serverNow = this.#own.time.now();
    return { said: "no", refusal: refusalOf({ status, error, retryAfterMs: null, serverNow }) };
  }

  #signed(id: string, method: string, params: readonly (readonly [string, Value])[]): string {
    const sorted = [...params, ["apiKey", this.#keys.apiKey] as const].toSorted(([a], [b]) =>
      a < b ? -1 : a > b ? 1 : 0,
    );
    const named: Record<string, Value> = {};
    let payload = "";
    for (const [name, value] of sorted) {
      named[name] = value;
      payload += `${payload === "" ? "" : "&"}${name}=${value}`;
    }
    named["signature"] = this.#own.signer.sign(payload);
    return JSON.stringify({ id, method, params: named });
  }
}
