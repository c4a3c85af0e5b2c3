import { expect, test } from "vitest";
import { BinanceError } from "./dialects/binance/errors.ts";
import { checkSignature, checkTime, readParams, sign as signBinance } from "./dialects/binance/signature.ts";
import { checkLogin, checkRequest, sign as signOkx } from "./dialects/okx/signature.ts";

const SECRET = "demo-secret-not-real";
const KEYS_BINANCE = { key: "k", secret: SECRET };

test("the worked example of the Binance page", () => {
  const payload = "symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.5&recvWindow=5000&timestamp=1750000000000";
  const signature = "743ca8186bf0631fca986b86efb2a66a20df74e1c43d904cbe670dedb4741484";
  expect(signBinance(SECRET, payload)).toBe(signature);
  expect(checkSignature(`${payload}&signature=${signature}`, "", KEYS_BINANCE)).toBeNull();
  expect(checkSignature("", `${payload}&signature=${signature.toUpperCase()}`, KEYS_BINANCE)).toBeNull();
  expect(checkSignature(`${payload}&signature=${signature}`, "x=1", KEYS_BINANCE)).toMatchObject({ code: -1022 });
});

test("query and body are signed one after the other, with nothing between", () => {
  const query = "symbol=ETHUSDT&side=SELL";
  const body = "quantity=0.5&timestamp=1750000000000";
  const signature = signBinance(SECRET, query + body);
  expect(checkSignature(query, `${body}&signature=${signature}`, KEYS_BINANCE)).toBeNull();
  expect(
    checkSignature(query, `${body}&signature=${signBinance(SECRET, `${query}&${body}`)}`, KEYS_BINANCE),
  ).toBeInstanceOf(BinanceError);
});

test.each([
  { sent: 1_000_000, code: null },
  { sent: 1_000_999, code: null },
  { sent: 1_001_000, code: -1021 },
  { sent: 995_000, code: null },
  { sent: 994_999, code: -1021 },
])("a request stamped $sent at 1000000", ({ sent, code }) => {
  expect(checkTime(readParams(`timestamp=${sent}`, ""), 1_000_000)?.code ?? null).toBe(code);
});

test("where a parameter stands in both, the query has it", () => {
  expect(readParams("symbol=BTCUSDT", "symbol=ETHUSDT&price=1%2E5").get("symbol")).toBe("BTCUSDT");
  expect(readParams("", "price=1%2E5").get("price")).toBe("1.5");
});

test.each([
  {
    prehash: "2025-06-15T15:06:40.000ZGET/api/v5/account/positions?instId=ETH-USDT-SWAP",
    signature: "+c0MxCWiREE85YHgIXPzBZpDg6i1qacfX/ELpSsTqgQ=",
  },
  {
    prehash: `2025-06-15T15:06:40.000ZPOST/api/v5/trade/order{"instId":"ETH-USDT-SWAP","tdMode":"cross","side":"sell","ordType":"market","sz":"5"}`,
    signature: "BTAK6+nDn9qccMK7jyHBBx5f2ClmL+LnDhcC3bwsGnI=",
  },
  { prehash: "1750000000GET/users/self/verify", signature: "vddGSUor7cC85/MLQhF23oD/xmEsS/B03SvcE2YLCps=" },
])("$prehash", ({ prehash, signature }) => {
  expect(signOkx(SECRET, prehash)).toBe(signature);
});

const KEYS = { key: "k", secret: SECRET, passphrase: "p" };
const STAMP = "2025-06-15T15:06:40.000Z";
const TARGET = "/api/v5/account/positions?instId=ETH-USDT-SWAP";
const RIGHT = {
  "ok-access-key": "k",
  "ok-access-passphrase": "p",
  "ok-access-timestamp": STAMP,
  "ok-access-sign": "+c0MxCWiREE85YHgIXPzBZpDg6i1qacfX/ELpSsTqgQ=",
};

test.each([
  { change: {}, code: null },
  { change: { "ok-access-key": "other" }, code: "50111" },
  { change: { "ok-access-passphrase": "other" }, code: "50105" },
  { change: { "ok-access-sign": "other" }, code: "50113" },
  { change: { "ok-access-timestamp": "2025-06-15T15:06:40.000000Z" }, code: "50112" },
  { change: { "ok-access-timestamp": "2025-06-15T15:06:09.000Z" }, code: "50102" },
  { change: { "ok-access-sign": "" }, code: "50106" },
])("OKX headers with $change", ({ change, code }) => {
  const headers = new Map(Object.entries({ ...RIGHT, ...change }));
  const request = { method: "GET", target: TARGET, headers, body: "", address: "" };
  const refused = checkRequest(request, KEYS, Date.parse(STAMP));
  expect(refused?.code ?? null).toBe(code);
  expect(refused?.status ?? 401).toBe(401);
});

test("a login is stamped in seconds", () => {
  const login = { apiKey: "k", passphrase: "p", sign: "vddGSUor7cC85/MLQhF23oD/xmEsS/B03SvcE2YLCps=" };
  expect(checkLogin({ ...login, timestamp: "1750000000" }, KEYS, 1_750_000_010_000)).toBeNull();
  expect(checkLogin({ ...login, timestamp: "1750000000000" }, KEYS, 1_750_000_000_000)?.code).toBe("60004");
  expect(checkLogin({ ...login, timestamp: "1750000000" }, KEYS, 1_750_000_031_000)?.code).toBe("60006");
});
