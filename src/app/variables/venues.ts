import { address, oneOf, whole, words } from "../variable.ts";

/** Keys and addresses. */
export const venuesVariables = {
  orderEntry: oneOf(
    {
      name: "ORDER_ENTRY",
      group: "venues",
      preset: "ws",
      says: "ws: orders over a websocket, over REST when it is not there; rest: over REST alone",
    },
    ["ws", "rest"],
  ),
  binanceVisibilityLagMs: whole(
    {
      name: "VISIBILITY_LAG_MS_BINANCE",
      group: "venues",
      preset: "25000",
      says: "how long Binance may not show an order it has: before that no order counts as absent",
    },
    500,
    120_000,
  ),
  okxVisibilityLagMs: whole(
    {
      name: "VISIBILITY_LAG_MS_OKX",
      group: "venues",
      preset: "5000",
      says: "how long OKX may not show an order it has: before that no order counts as absent",
    },
    500,
    120_000,
  ),
  binanceTestKey: words(
    { name: "BINANCE_UM_API_KEY_TESTNET", group: "venues", preset: "", says: "Binance testnet key" },
    true,
  ),
  binanceTestSecret: words(
    { name: "BINANCE_UM_API_SECRET_TESTNET", group: "venues", preset: "", says: "Binance testnet secret" },
    true,
  ),
  binanceTestBase: address(
    {
      name: "BINANCE_UM_BASE_TESTNET",
      group: "venues",
      preset: "https://demo-fapi.binance.com",
      says: "Binance testnet REST",
    },
    ["https"],
  ),
  binanceTestWs: address(
    {
      name: "BINANCE_UM_WS_URL_TESTNET",
      group: "venues",
      preset: "wss://fstream.binancefuture.com",
      says: "Binance testnet streams",
    },
    ["wss"],
  ),
  binanceTestOrderWs: address(
    {
      name: "BINANCE_UM_WS_API_URL_TESTNET",
      group: "venues",
      preset: "wss://testnet.binancefuture.com",
      says: "Binance testnet orders over a websocket",
    },
    ["wss"],
  ),
  binanceKey: words({ name: "BINANCE_LV_API_KEY", group: "venues", preset: "", says: "Binance live key" }, true),
  binanceSecret: words(
    { name: "BINANCE_LV_API_SECRET", group: "venues", preset: "", says: "Binance live secret" },
    true,
  ),
  binanceBase: address(
    { name: "BINANCE_LV_BASE_URL", group: "venues", preset: "https://fapi.binance.com", says: "Binance live REST" },
    ["https"],
  ),
  binanceWs: address(
    { name: "BINANCE_LV_WS_URL", group: "venues", preset: "wss://fstream.binance.com", says: "Binance live streams" },
    ["wss"],
  ),
  binanceOrderWs: address(
    {
      name: "BINANCE_LV_WS_API_URL",
      group: "venues",
      preset: "wss://ws-fapi.binance.com",
      says: "Binance live orders over a websocket",
    },
    ["wss"],
  ),
  binanceLiveTestKey: words(
    {
      name: "BINANCE_LV_API_KEY_TESTNET",
      group: "venues",
      preset: "",
      says: "used for testnet when the UM pair is empty",
    },
    true,
  ),
  binanceLiveTestSecret: words(
    {
      name: "BINANCE_LV_API_SECRET_TESTNET",
      group: "venues",
      preset: "",
      says: "used for testnet when the UM pair is empty",
    },
    true,
  ),
  okxTestKey: words({ name: "OKX_API_KEY_TESTNET", group: "venues", preset: "", says: "OKX demo trading key" }, true),
  okxTestSecret: words(
    { name: "OKX_API_SECRET_TESTNET", group: "venues", preset: "", says: "OKX demo trading secret" },
    true,
  ),
  okxTestPassphrase: words(
    { name: "OKX_API_PASSPHRASE_TESTNET", group: "venues", preset: "", says: "OKX demo trading passphrase" },
    true,
  ),
  okxKey: words({ name: "OKX_API_KEY", group: "venues", preset: "", says: "OKX live key" }, true),
  okxSecret: words({ name: "OKX_API_SECRET", group: "venues", preset: "", says: "OKX live secret" }, true),
  okxPassphrase: words({ name: "OKX_API_PASSPHRASE", group: "venues", preset: "", says: "OKX live passphrase" }, true),
  okxBase: address({ name: "OKX_BASE_URL", group: "venues", preset: "https://www.okx.com", says: "OKX REST" }, [
    "https",
  ]),
  okxWs: address({ name: "OKX_WS_URL", group: "venues", preset: "wss://ws.okx.com:8443", says: "OKX streams" }, [
    "wss",
  ]),
  okxTestWs: address(
    {
      name: "OKX_WS_URL_TESTNET",
      group: "venues",
      preset: "wss://wspap.okx.com:8443",
      says: "OKX demo trading streams",
    },
    ["wss"],
  ),
} as const;
