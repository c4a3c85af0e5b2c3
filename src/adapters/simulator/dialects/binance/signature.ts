import { createHmac, timingSafeEqual } from "node:crypto";
import { type BinanceError, AHEAD, missing, refuse } from "./errors.ts";

export interface BinanceKeys {
  readonly key: string;
  readonly secret: string;
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
export function checkSignature(query: string, body: string, secret: string): BinanceError | null {
  const inBody = cutSignature(body);
  const inQuery = cutSignature(query);
  const given = inBody?.signature ?? inQuery?.signature;
  if (given === undefined) return missing("signature");
  const payload = inBody ? query + inBody.rest : (inQuery?.rest ?? "") + body;
  const expected = Buffer.from(sign(secret, payload), "hex");
  const actual = Buffer.from(given, "hex");
  const valid = /^[0-9a-fA-F]{64}$/.test(given) && timingSafeEqual(expected, actual);
  return valid ? null : refuse(-1022);
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
