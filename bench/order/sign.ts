import { createHmac } from "node:crypto";
import type { ClientPlan } from "./words.ts";

/** The few bytes that a bare client must know of both venues; written for the bench, without a check in it. */

let names = 0;
const freshName = (): string => `bench${(names += 1)}x${Date.now()}`;

export function binanceParams(
  side: string,
  price: string,
  quantity: string,
  reduceOnly: boolean,
): Record<string, string> {
  return {
    symbol: "BTCUSDT",
    side,
    type: "LIMIT",
    timeInForce: "IOC",
    quantity,
    price,
    reduceOnly: `${reduceOnly}`,
    newClientOrderId: freshName(),
    recvWindow: "5000",
    timestamp: `${Date.now()}`,
  };
}

export function binanceQuery({ keys }: ClientPlan, params: Record<string, string>): string {
  const payload = new URLSearchParams(params).toString();
  return `${payload}&signature=${createHmac("sha256", keys.binance.secret).update(payload).digest("hex")}`;
}

export function binanceFrame({ keys }: ClientPlan, params: Record<string, string>): string {
  const all: Record<string, string> = { ...params, apiKey: keys.binance.key };
  const payload = Object.keys(all)
    .toSorted()
    .map((name) => `${name}=${all[name]}`)
    .join("&");
  const signature = createHmac("sha256", keys.binance.secret).update(payload).digest("hex");
  const typed = { ...all, timestamp: Number(all["timestamp"]), recvWindow: Number(all["recvWindow"]) };
  return JSON.stringify({ id: freshName(), method: "order.place", params: { ...typed, signature } });
}

export function okxOrder(side: string, px: string, reduceOnly: boolean): Record<string, string | boolean> {
  return {
    tdMode: "cross",
    side,
    ordType: "ioc",
    sz: "1",
    px,
    clOrdId: freshName(),
    ...(reduceOnly ? { reduceOnly } : {}),
  };
}

export function okxHeaders({ keys }: ClientPlan, method: string, path: string, body: string): Record<string, string> {
  const stamp = new Date().toISOString();
  return {
    "content-type": "application/json",
    "ok-access-key": keys.okx.key,
    "ok-access-passphrase": keys.okx.passphrase,
    "ok-access-timestamp": stamp,
    "ok-access-sign": createHmac("sha256", keys.okx.secret).update(`${stamp}${method}${path}${body}`).digest("base64"),
  };
}

export function okxLogin({ keys }: ClientPlan): string {
  const timestamp = `${Math.floor(Date.now() / 1_000)}`;
  const sign = createHmac("sha256", keys.okx.secret).update(`${timestamp}GET/users/self/verify`).digest("base64");
  return JSON.stringify({
    op: "login",
    args: [{ apiKey: keys.okx.key, passphrase: keys.okx.passphrase, timestamp, sign }],
  });
}
