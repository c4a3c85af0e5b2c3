import { type KeyObject, createHmac, createSecretKey } from "node:crypto";
import { type Instant, isoTime } from "#domain/time.ts";
import type { VenueKeys } from "../deps.ts";
import type { VenueClock } from "../venue-clock.ts";

/** Base64 HMAC-SHA256 of `timestamp + METHOD + path-with-query + body`, over exactly the bytes that are sent. */
export function sign(secret: KeyObject, prehash: string): string {
  return createHmac("sha256", secret).update(prehash).digest("base64");
}

/** Signs requests and logins for one account. */
export class OkxSigner {
  readonly #keys: VenueKeys;
  readonly #secret: KeyObject;
  readonly #time: VenueClock;

  constructor(keys: VenueKeys, time: VenueClock) {
    this.#keys = keys;
    this.#secret = createSecretKey(keys.secret, "utf8");
    this.#time = time;
  }

  /** `request` is method, path with query, and body, in a row. */
  headers(request: string): Readonly<Record<string, string>> {
    const timestamp = isoTime(this.#time.stamp() as Instant);
    return {
      "ok-access-key": this.#keys.apiKey,
      "ok-access-passphrase": this.#keys.passphrase,
      "ok-access-timestamp": timestamp,
      "ok-access-sign": sign(this.#secret, `${timestamp}${request}`),
    };
  }

  /** The whole frame of a websocket login. Its timestamp is in seconds, unlike everything else here. */
  login(): string {
    const { apiKey, passphrase } = this.#keys;
    const timestamp = `${Math.floor(this.#time.now() / 1_000)}`;
    const signature = sign(this.#secret, `${timestamp}GET/users/self/verify`);
    return JSON.stringify({ op: "login", args: [{ apiKey, passphrase, timestamp, sign: signature }] });
  }
}
