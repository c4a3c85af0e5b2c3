import { createHmac, timingSafeEqual } from "node:crypto";
import type { WireRequest } from "../../dialect.ts";
import { OkxError } from "./errors.ts";

export interface OkxKeys {
  readonly key: string;
  readonly secret: string;
  readonly passphrase: string;
}

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const WINDOW_MS = 30_000;

export function sign(secret: string, prehash: string): string {
  return createHmac("sha256", secret).update(prehash).digest("base64");
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The four headers, held against the bytes that came. */
export function checkRequest(request: WireRequest, keys: OkxKeys, now: number): OkxError | null {
  const { headers, method, target, body } = request;
  const key = headers.get("ok-access-key");
  if (!key) return denied("50103", `Request header "OK-ACCESS-KEY" can't be empty.`);
  const passphrase = headers.get("ok-access-passphrase");
  if (!passphrase) return denied("50104", `Request header "OK-ACCESS-PASSPHRASE" can't be empty.`);
  const signature = headers.get("ok-access-sign");
  if (!signature) return denied("50106", `Request header "OK-ACCESS-SIGN" can't be empty.`);
  const stamp = headers.get("ok-access-timestamp");
  if (!stamp) return denied("50107", `Request header "OK-ACCESS-TIMESTAMP" can't be empty.`);
  if (!STAMP.test(stamp) || Number.isNaN(Date.parse(stamp))) return denied("50112", "Invalid OK-ACCESS-TIMESTAMP.");
  if (Math.abs(now - Date.parse(stamp)) > WINDOW_MS) return denied("50102", "Timestamp request expired.");
  if (key !== keys.key) return denied("50111", "Invalid OK-ACCESS-KEY.");
  if (passphrase !== keys.passphrase) {
    return denied("50105", `Request header "OK-ACCESS-PASSPHRASE" incorrect.`);
  }
  if (!same(signature, sign(keys.secret, stamp + method + target + body))) return denied("50113", "Invalid signature.");
  if (method === "POST" && !(headers.get("content-type") ?? "").includes("application/json")) {
    return new OkxError("50006", `Invalid Content-Type, please use "application/json" format.`, 400);
  }
  return null;
}

export interface Login {
  readonly apiKey?: unknown;
  readonly passphrase?: unknown;
  readonly timestamp?: unknown;
  readonly sign?: unknown;
}

/** The login of a websocket: a stamp in seconds, and the code of what is wrong with it. */
export function checkLogin(login: Login, keys: OkxKeys, now: number): { code: string; says: string } | null {
  const { apiKey, passphrase, timestamp, sign: signature } = login;
  const stamp = `${timestamp}`;
  if (!/^\d{10}(\.\d{1,3})?$/.test(stamp)) return { code: "60004", says: `Invalid timestamp ${stamp}` };
  if (Math.abs(now / 1_000 - Number(stamp)) > WINDOW_MS / 1_000) {
    return { code: "60006", says: "Timestamp request expired" };
  }
  if (apiKey !== keys.key) return { code: "60005", says: "Invalid apiKey" };
  if (passphrase !== keys.passphrase) return { code: "60024", says: "Wrong passphrase" };
  const right = sign(keys.secret, `${stamp}GET/users/self/verify`);
  return typeof signature === "string" && same(signature, right) ? null : { code: "60007", says: "Invalid sign" };
}

function denied(code: string, says: string): OkxError {
  return new OkxError(code, says, 401);
}
