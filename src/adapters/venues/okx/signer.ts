import { type KeyObject, createHmac, createSecretKey } from "node:crypto";
import { type Instant, isoTime } from "#domain/time.ts";
import { FromKeys, type KeyRing } from "../key-ring.ts";
import type { VenueClock } from "../venue-clock.ts";

/** Base64 HMAC-SHA256 of `timestamp + METHOD + path-with-query + body`, over exactly the bytes that are sent. */
export function sign(secret: KeyObject, prehash: string): string {
  return createHmac("sha256", secret).update(prehash).digest("base64");
}

/** Signs requests and logins for one account. */
export class OkxSigner {
  readonly #keys: KeyRing;
  readonly #secret: FromKeys<KeyObject>;
  readonly #time: VenueClock;

  constructor(keys: KeyRing, time: VenueClock) {
    this.#keys = keys;
    this.#secret = new FromKeys(keys, ({ secret }) => createSecretKey(secret, "utf8"));
    this.#time = time;
  }

  /** `request` is method, path with query, and body, in a row. */
  headers(request: string): Readonly<Record<string, string>> {
    const timestamp = isoTime(this.#time.stamp() as Instant);
    return {
      "ok-access-key": this.#keys.apiKey,
      "ok-access-passphrase": this.#keys.passphrase,
      "ok-access-timestamp": timestamp,
      "ok-access-sign": sign(this.#secret.now, `${timestamp}${request}`),
    };
  }

  /** The whole frame of a websocket login. Its timestamp is in seconds, unlike everything else here. */
  login(): string {
    const { apiKey, passphrase } = this.#keys;
    const timestamp = `${Math.floor(this.#time.now() / 1_000)}`;
    const signature = sign(this.#secret.now, `${timestamp}GET/users/self/verify`);
    return JSON.stringify({ op: "login", args: [{ apiKey, passphrase, timestamp, sign: signature }] });
  }
}
