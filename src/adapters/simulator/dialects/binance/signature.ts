import { createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import { type BinanceError, AHEAD, missing, refuse } from "./errors.ts";

/** The API keys of the account. A key has one type for life: the first signs by HMAC, the other by Ed25519. */
export interface BinanceKeys {
  readonly key: string;
  readonly secret: string;
  readonly ed25519?: {
    readonly key: string;
    /** PEM, as it is registered with the venue. */
    readonly publicKey: string;
  };
}

/** The parameters of a request; where one stands in both places, the query has it. */
export type Params = ReadonlyMap<string, string>;

export function readParams(query: string, body: string): Params {
  const params = new Map<string, string>();
  for (const part of [body, query]) {
    for (const pair of part.split("&")) {
      if (pair === "") continue;
      const cut = pair.indexOf("=");
      const name = cut < 0 ? pair : pair.slice(0, cut);
      params.set(name, decode(cut < 0 ? "" : pair.slice(cut + 1)));
    }
  }
  return params;
}

export function sign(secret: string, payload: string): string {
  return createHmac("sha256", secret).update(payload).digest("hex");
}

/**
 * Checks the signature over the very bytes that came: query and body one after the other, nothing between, less the
 * signature, which is the last parameter of the part it stands in.
 */
export function checkSignature(query: string, body: string, keys: BinanceKeys, key = keys.key): BinanceError | null {
  const inBody = cutSignature(body);
  const inQuery = cutSignature(query);
  const given = inBody?.signature ?? inQuery?.signature;
  if (given === undefined) return missing("signature");
  const payload = inBody ? query + inBody.rest : (inQuery?.rest ?? "") + body;
  return signed(payload, given, key, keys) ? null : refuse(-1022);
}

/**
 * Checks the signature of a frame of the websocket API: over all its other parameters, sorted by their names and joined
 * as they are, nothing percent-encoded.
 */
export function checkFrame(params: Params, key: string, keys: BinanceKeys): BinanceError | null {
  const given = params.get("signature");
  if (given === undefined || given === "") return missing("signature");
  const names = [...params.keys()].filter((name) => name !== "signature").toSorted();
  const payload = names.map((name) => `${name}=${params.get(name)}`).join("&");
  return signed(payload, given, key, keys) ? null : refuse(-1022);
}

export interface Frame {
  readonly id: unknown;
  readonly method: string;
  readonly params: Params;
}

/** One request of the websocket API; its values may be numbers. Null when it is none. */
export function readFrame(text: string): Frame | null {
  let asked: unknown;
  try {
    asked = JSON.parse(text);
  } catch {
    return null;
  }
  const { id, method, params } = (asked ?? {}) as { id?: unknown; method?: unknown; params?: unknown };
  if (typeof method !== "string" || (params !== undefined && (typeof params !== "object" || params === null))) {
    return null;
  }
  const values = Object.entries((params ?? {}) as Readonly<Record<string, string | number | boolean>>);
  return { id, method, params: new Map(values.map(([name, value]) => [name, `${value}`])) };
}

/** Whether the key made this signature of that text: hex of an HMAC, or base64 of an Ed25519 signature. */
function signed(payload: string, given: string, key: string, keys: BinanceKeys): boolean {
  const { ed25519, secret } = keys;
  if (ed25519 && key === ed25519.key) {
    return verify(null, Buffer.from(payload), createPublicKey(ed25519.publicKey), Buffer.from(given, "base64"));
  }
  if (!/^[0-9a-fA-F]{64}$/.test(given)) return false;
  return timingSafeEqual(Buffer.from(sign(secret, payload), "hex"), Buffer.from(given, "hex"));
}

/** Within the window of the request, and less than a second ahead. */
export function checkTime(params: Params, now: number): BinanceError | null {
  const stamp = params.get("timestamp");
  if (stamp === undefined || !/^\d{1,16}$/.test(stamp)) return missing("timestamp");
  const window = params.get("recvWindow") ?? "5000";
  if (!/^\d{1,5}$/.test(window) || Number(window) > 60_000) return refuse(-1131, "recvWindow must be less than 60000");
  const sent = Number(stamp);
  if (sent >= now + 1_000) return refuse(-1021, AHEAD);
  return now - sent > Number(window) ? refuse(-1021) : null;
}

function cutSignature(part: string): { readonly rest: string; readonly signature: string } | null {
  const match = /^(?:(.*)&)?signature=([^&]*)$/s.exec(part);
  return match ? { rest: match[1] ?? "", signature: decode(match[2] ?? "") } : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
