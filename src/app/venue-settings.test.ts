import { expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { realSettings } from "./venue-settings.ts";

const KEYS = {
  API_TOKEN: "0123456789abcdef0123456789abcdef",
  BINANCE_UM_API_KEY_TESTNET: "bk",
  BINANCE_UM_API_SECRET_TESTNET: "bs",
  BINANCE_LV_API_KEY: "bk",
  BINANCE_LV_API_SECRET: "bs",
  OKX_API_KEY_TESTNET: "ok",
  OKX_API_SECRET_TESTNET: "os",
  OKX_API_PASSPHRASE_TESTNET: "op",
  OKX_API_KEY: "ok",
  OKX_API_SECRET: "os",
  OKX_API_PASSPHRASE: "op",
};
const settings = (given: Readonly<Record<string, string>>) =>
  realSettings(readConfig({ ...KEYS, ...given }).config, "ab12");

test.each([
  ["testnet", ["wss://testnet.binancefuture.com", "wss://wspap.okx.com:8443"]],
  ["live", ["wss://ws-fapi.binance.com", "wss://ws.okx.com:8443"]],
])("%s orders go where the venue takes them over a websocket, with our tag", (PROFILE, urls) => {
  expect(settings({ PROFILE }).map(({ orderUrl }) => orderUrl)).toEqual(urls);
  expect(settings({ PROFILE }).map(({ orderEntry, orderTag }) => [orderEntry, orderTag])).toEqual([
    ["ws", "ab12"],
    ["ws", "ab12"],
  ]);
});

test("ORDER_ENTRY=rest leaves the websocket alone on both venues", () => {
  const chosen = settings({ PROFILE: "live", ORDER_ENTRY: "rest" });
  expect(chosen.map(({ orderEntry }) => orderEntry)).toEqual(["rest", "rest"]);
});
