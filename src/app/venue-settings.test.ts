import { expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { realSettings } from "./venue-settings.ts";

const KEYS = {
  API_TOKEN: "0123456789abcdef0123456789abcdef",
  BINANCE_UM_API_KEY_TESTNET: "tbk",
  BINANCE_UM_API_SECRET_TESTNET: "tbs",
  BINANCE_LV_API_KEY: "bk",
  BINANCE_LV_API_SECRET: "bs",
  OKX_API_KEY_TESTNET: "tok",
  OKX_API_SECRET_TESTNET: "tos",
  OKX_API_PASSPHRASE_TESTNET: "top",
  OKX_API_KEY: "ok",
  OKX_API_SECRET: "os",
  OKX_API_PASSPHRASE: "op",
  TWO_MAN_RULE: "true",
  MAX_POSITION_USDT: "1000",
  MAX_OPEN_ORDERS: "4",
  MAX_DAILY_LOSS_USDT: "50",
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
