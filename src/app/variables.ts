import {
  address,
  amount,
  basisPoints,
  decimalNumber,
  flag,
  instruments,
  oneOf,
  optionalAmount,
  optionalWhole,
  whole,
  words,
} from "./variable.ts";

/** Every variable of the environment, in the order people see them. A variable that is not here does not exist. */
export const variables = {
  profile: oneOf({ name: "PROFILE", group: "profile", preset: "paper", says: "which venues: paper, testnet or live" }, [
    "paper",
    "testnet",
    "live",
  ]),
  mode: words({
    name: "MODE",
    group: "profile",
    preset: "",
    says: "a label in metrics and status, nothing else; empty = the profile",
  }),
  market: words({
    name: "MARKET",
    group: "profile",
    preset: "model",
    says: "what moves the simulated venues: model, or recording:<file>[,<file>]",
  }),
  marketSeed: whole(
    { name: "MARKET_SEED", group: "profile", preset: "42", says: "seed of the model market" },
    0,
    2_147_483_647,
  ),
  marketSpeed: decimalNumber(
    { name: "MARKET_SPEED", group: "profile", preset: "1", says: "how many times real speed a recording is played" },
    0.01,
    1_000,
  ),
  safeMode: flag({
    name: "SAFE_MODE",
    group: "profile",
    preset: "true",
    says: "no order leaves, except cancels and an operator's own close",
  }),
  dryRunOnly: flag({
    name: "DRY_RUN_ONLY",
    group: "profile",
    preset: "false",
    says: "orders go to the simulated venues, whatever the profile",
  }),
  autoLoop: flag({ name: "AUTO_LOOP", group: "profile", preset: "false", says: "let the loop open hedges by itself" }),

  orderNotional: amount({
    name: "ORDER_NOTIONAL_USDT",
    group: "loop",
    preset: "50",
    says: "size of the loop's own hedges",
  }),
  maxSlippageBps: basisPoints(
    {
      name: "MAX_SLIPPAGE_BPS",
      group: "loop",
      preset: "2",
      says: "price band of each first leg, and the slippage reserved",
    },
    "0",
    "50",
  ),
  minSpreadBps: basisPoints(
    { name: "MIN_SPREAD_BPS", group: "loop", preset: "0", says: "least all-in edge after every cost" },
    "-1000",
    "1000",
  ),
  takerFeeBinance: basisPoints(
    {
      name: "TAKER_FEE_BPS_BINANCE",
      group: "loop",
      preset: "5",
      says: "taker fee where the account's own is unknown, and what the simulated Binance charges",
    },
    "-5",
    "100",
  ),
  takerFeeOkx: basisPoints(
    {
      name: "TAKER_FEE_BPS_OKX",
      group: "loop",
      preset: "5",
      says: "taker fee where the account's own is unknown, and what the simulated OKX charges",
    },
    "-5",
    "100",
  ),
  loopPair: instruments({
    name: "LOOP_PAIR",
    group: "loop",
    preset: "",
    says: "the one symbol to scan; empty = UNIVERSE",
  }),
  universe: instruments({
    name: "UNIVERSE",
    group: "loop",
    preset: "",
    says: "symbols to scan, separated by commas; empty = all common to both venues",
  }),
  universeMax: whole(
    { name: "UNIVERSE_MAX", group: "loop", preset: "50", says: "how many symbols at the most when UNIVERSE is empty" },
    1,
    500,
  ),
  scanIntervalSec: decimalNumber(
    {
      name: "SCAN_INTERVAL_SEC",
      group: "loop",
      preset: "5",
      says: "how often the best candidate is written to the state file",
    },
    0.1,
    3_600,
  ),
  leverageSuggestion: whole(
    {
      name: "SCAN_LEVERAGE_SUGGESTION",
      group: "loop",
      preset: "1",
      says: "leverage of the loop's own hedges, and set at the venues",
    },
    1,
    125,
  ),
  opportunityTtlSec: whole(
    {
      name: "OPPORTUNITY_TTL_SEC",
      group: "loop",
      preset: "30",
      says: "how long an opportunity id stays valid after it last paid",
    },
    1,
    3_600,
  ),
  cooldownMs: whole(
    {
      name: "COOLDOWN_MS",
      group: "loop",
      preset: "1000",
      says: "pause of the loop after it opened a hedge of a symbol",
    },
    0,
    3_600_000,
  ),

  exitTargetBps: basisPoints(
    { name: "EXIT_TARGET_BPS", group: "exit", preset: "1", says: "leave when closing now would net this much" },
    "-1000",
    "1000",
  ),
  stopBps: basisPoints(
    { name: "STOP_BPS", group: "exit", preset: "100", says: "leave when the gap has widened by this much" },
    "1",
    "10000",
  ),
  maxHoldHours: decimalNumber(
    { name: "MAX_HOLD_HOURS", group: "exit", preset: "24", says: "leave after this long, whatever the gap does" },
    0.001,
    8_760,
  ),
  fundingHorizonHours: decimalNumber(
    {
      name: "FUNDING_HORIZON_HOURS",
      group: "exit",
      preset: "8",
      says: "funding stamps inside this horizon count in the edge",
    },
    0,
    720,
  ),
  avoidWindowMinutes: decimalNumber(
    {
      name: "AVOID_WINDOW_MINUTES",
      group: "exit",
      preset: "5",
      says: "no opening this close before a stamp that would be paid",
    },
    0,
    240,
  ),

  maxNotionalPerPosition: amount({
    name: "MAX_NOTIONAL_PER_POSITION_USDT",
    group: "risk",
    preset: "25000",
    says: "one hedge",
  }),
  maxTotalNotional: amount({
    name: "MAX_TOTAL_NOTIONAL_USDT",
    group: "risk",
    preset: "75000",
    says: "all open hedges together",
  }),
  maxOpenPositions: whole({ name: "MAX_OPEN_POSITIONS", group: "risk", preset: "3", says: "hedges at once" }, 1, 1_000),
  maxLeverage: whole({ name: "MAX_LEVERAGE", group: "risk", preset: "5", says: "leverage of any hedge" }, 1, 125),
  maxPosition: optionalAmount({
    name: "MAX_POSITION_USDT",
    group: "risk",
    preset: "",
    says: "all hedges of one symbol; MAX_POSITION_USDT__<SYMBOL> for one of them",
  }),
  maxOpenOrders: optionalWhole(
    {
      name: "MAX_OPEN_ORDERS",
      group: "risk",
      preset: "",
      says: "our orders on one venue; MAX_OPEN_ORDERS__<VENUE> for one of them",
    },
    1,
    10_000,
  ),
  maxDailyLoss: optionalAmount({
    name: "MAX_DAILY_LOSS_USDT",
    group: "risk",
    preset: "",
    says: "no new hedge after a loss of this much since 00:00 UTC",
  }),
  maxDelta: amount({ name: "MAX_DELTA_USDT", group: "risk", preset: "200", says: "unhedged exposure of one symbol" }),
  legDeadlineMs: whole(
    {
      name: "LEG_DEADLINE_MS",
      group: "risk",
      preset: "800",
      says: "how long a leg may stay without an end before we ask",
    },
    50,
    10_000,
  ),
  recoveryDeadlineMs: whole(
    { name: "RECOVERY_DEADLINE_MS", group: "risk", preset: "5000", says: "how long recovery may try" },
    500,
    60_000,
  ),
  bookMaxAgeMs: whole(
    { name: "BOOK_MAX_AGE_MS", group: "risk", preset: "1500", says: "an older book is not traded on" },
    50,
    60_000,
  ),
  maxRecoveryLossBps: basisPoints(
    {
      name: "MAX_RECOVERY_LOSS_BPS",
      group: "risk",
      preset: "50",
      says: "recovery never trades further than this from the middle",
    },
    "1",
    "500",
  ),
  completeMaxLossBps: basisPoints(
    {
      name: "COMPLETE_MAX_LOSS_BPS",
      group: "risk",
      preset: "10",
      says: "what completing a missing leg may cost beyond the edge",
    },
    "0",
    "500",
  ),
  unknownHoldSec: whole(
    { name: "UNKNOWN_HOLD_SEC", group: "risk", preset: "15", says: "an order unknown for this long means HOLD" },
    1,
    600,
  ),
  confirmToleranceBps: basisPoints(
    {
      name: "CONFIRM_TOLERANCE_BPS",
      group: "risk",
      preset: "2",
      says: "how much worse a confirmed candidate may have become",
    },
    "0",
    "100",
  ),

  authEnabled: flag({ name: "AUTH_ENABLED", group: "auth", preset: "true", says: "ask for a bearer token" }),
  apiToken: words(
    {
      name: "API_TOKEN",
      group: "auth",
      preset: "",
      says: "the operator's bearer token, at least 32 characters outside paper",
    },
    true,
  ),
  host: words({ name: "HOST", group: "auth", preset: "127.0.0.1", says: "address to listen on" }),
  port: whole({ name: "PORT", group: "auth", preset: "8000", says: "port to listen on; 0 = any free one" }, 0, 65_535),

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

  dataDir: words({ name: "DATA_DIR", group: "storage", preset: "./data", says: "where the ledger and the state live" }),
  runtimeStatePath: words({
    name: "RUNTIME_STATE_PATH",
    group: "storage",
    preset: "",
    says: "the state file; empty = runtime_state.json in DATA_DIR",
  }),
} as const;
