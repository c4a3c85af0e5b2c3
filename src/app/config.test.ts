import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bps, format } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP, instrumentId, venueOf } from "#domain/ids.ts";
import { type Instant, isoTime } from "#domain/time.ts";
import { type Config, ConfigFault, type Environment, readConfig, settingsOf } from "./config.ts";
import { variables } from "./variables.ts";

const STRONG = "0123456789abcdef0123456789abcdef";
/** Each is worth log2(10) bits: too few of them for a token. */
const DIGITS = "8203491756620934817265";
const TESTNET = {
  PROFILE: "testnet",
  API_TOKEN: STRONG,
  BINANCE_UM_API_KEY_TESTNET: "bk",
  BINANCE_UM_API_SECRET_TESTNET: "bs",
  OKX_API_KEY_TESTNET: "ok",
  OKX_API_SECRET_TESTNET: "os",
  OKX_API_PASSPHRASE_TESTNET: "op",
};
const LIVE = {
  PROFILE: "live",
  API_TOKEN: STRONG,
  BINANCE_LV_API_KEY: "bk",
  BINANCE_LV_API_SECRET: "bs",
  OKX_API_KEY: "ok",
  OKX_API_SECRET: "os",
  OKX_API_PASSPHRASE: "op",
  TWO_MAN_RULE: "true",
  MAX_POSITION_USDT: "1000",
  MAX_OPEN_ORDERS: "4",
  MAX_DAILY_LOSS_USDT: "50",
};

const configOf = (environment: Environment): Config => readConfig(environment).config;

function problemsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigFault) return error.problems;
    throw error;
  }
}

const shown = (value: unknown): unknown =>
  typeof value === "bigint" ? format(value as Parameters<typeof format>[0]) : value;

describe("with nothing set every variable has its default", () => {
  const config = configOf({});

  test.each<[keyof Config, unknown]>([
    ["profile", "paper"],
    ["mode", ""],
    ["market", "model"],
    ["marketSeed", 42],
    ["marketSpeed", 1],
    ["safeMode", true],
    ["dryRunOnly", false],
    ["autoLoop", false],
    ["orderNotional", "50"],
    ["maxSlippageBps", "2"],
    ["minSpreadBps", "0"],
    ["takerFeeBinance", "5"],
    ["takerFeeOkx", "5"],
    ["loopPair", []],
    ["universe", []],
    ["universeMax", 50],
    ["scanIntervalSec", 5],
    ["leverageSuggestion", 1],
    ["opportunityTtlSec", 30],
    ["maxNotionalPerPosition", "25000"],
    ["maxTotalNotional", "75000"],
    ["maxOpenPositions", 3],
    ["maxLeverage", 5],
    ["maxPosition", null],
    ["maxOpenOrders", null],
    ["maxDailyLoss", null],
    ["maxDelta", "200"],
    ["maxDayDrawdownBps", "300"],
    ["minLiqDistance", "800"],
    ["placePerMin", 300],
    ["cancelPerMin", 600],
    ["rescuePerMin", 30],
    ["clockSkewGuardMs", 1_000],
    ["maintenanceWindows", []],
    ["legDeadlineMs", 800],
    ["recoveryDeadlineMs", 5_000],
    ["bookMaxAgeMs", 1_500],
    ["maxRecoveryLossBps", "50"],
    ["completeMaxLossBps", "10"],
    ["unknownHoldSec", 15],
    ["authEnabled", true],
    ["apiToken", ""],
    ["host", "127.0.0.1"],
    ["port", 8000],
    ["binanceBase", "https://fapi.binance.com"],
    ["okxBase", "https://www.okx.com"],
    ["orderEntry", "ws"],
    ["binanceOrderWs", "wss://ws-fapi.binance.com"],
    ["dataDir", "./data"],
    ["idemTtlSec", 600],
    ["apiRatePerMin", 30],
    ["apiBurst", 10],
    ["authFailPerMin", 60],
    ["allowedHosts", []],
    ["trustedProxies", []],
  ])("%s is %j", (name, value) => {
    expect(shown(config[name])).toEqual(value);
  });

  test("and every preset is a value its own variable takes", () => {
    for (const { name, preset, read } of Object.values(variables))
      expect([name, "value" in read(preset)]).toEqual([name, true]);
  });
});

test("no two variables have one name, and each says what it is for", () => {
  const all = Object.values(variables);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const { name, says, group } of all) expect([name, says !== "", group.length > 0]).toEqual([name, true, true]);
});

describe("a value that cannot be is refused, naming its variable and the fix", () => {
  test.each<[string, string, RegExp]>([
    ["ORDER_ENTRY", "fix", /one of ws, rest, not "fix"/],
    ["BINANCE_LV_WS_API_URL", "ws://ws-fapi.binance.com", /must be a wss address/],
    ["PROFILE", "demo", /one of paper, testnet, live, not "demo"/],
    ["MARKET", "mirror", /model or recording:<file>/],
    ["MARKET", "recording:", /model or recording:<file>/],
    ["MARKET_SEED", "-1", /whole number from 0 to 2147483647/],
    ["MARKET_SEED", "4.2", /whole number/],
    ["MARKET_SPEED", "0", /number from 0.01 to 1000/],
    ["MARKET_SPEED", "1e3", /number from/],
    ["SAFE_MODE", "maybe", /true or false, not "maybe"/],
    ["DRY_RUN_ONLY", "2", /true or false/],
    ["AUTO_LOOP", "enabled", /true or false/],
    ["ORDER_NOTIONAL_USDT", "0", /amount of USDT above 0/],
    ["ORDER_NOTIONAL_USDT", "-50", /above 0/],
    ["ORDER_NOTIONAL_USDT", "fifty", /above 0, not "fifty"/],
    ["MAX_SLIPPAGE_BPS", "51", /basis points from 0 to 50/],
    ["MAX_SLIPPAGE_BPS", "-1", /from 0 to 50/],
    ["MIN_SPREAD_BPS", "x", /from -1000 to 1000/],
    ["TAKER_FEE_BPS_BINANCE", "101", /from -5 to 100/],
    ["TAKER_FEE_BPS_OKX", "-6", /from -5 to 100/],
    ["LOOP_PAIR", "BTCUSD", /symbols like BTCUSDT, not BTCUSD/],
    ["UNIVERSE", "BTCUSDT,nonsense!,ETHUSDT", /not nonsense!/],
    ["UNIVERSE_MAX", "0", /from 1 to 500/],
    ["SCAN_INTERVAL_SEC", "0", /from 0.1/],
    ["SCAN_LEVERAGE_SUGGESTION", "0", /from 1 to 125/],
    ["OPPORTUNITY_TTL_SEC", "0", /from 1/],
    ["COOLDOWN_MS", "-1", /from 0/],
    ["EXIT_TARGET_BPS", "a", /basis points/],
    ["STOP_BPS", "0", /from 1 to 10000/],
    ["MAX_HOLD_HOURS", "0", /from 0.001/],
    ["FUNDING_HORIZON_HOURS", "-1", /from 0/],
    ["AVOID_WINDOW_MINUTES", "241", /to 240/],
    ["MAX_NOTIONAL_PER_POSITION_USDT", "0", /above 0/],
    ["MAX_TOTAL_NOTIONAL_USDT", "-1", /above 0/],
    ["MAX_OPEN_POSITIONS", "0", /from 1/],
    ["MAX_LEVERAGE", "0", /from 1 to 125/],
    ["MAX_LEVERAGE", "126", /from 1 to 125/],
    ["MAX_POSITION_USDT", "0", /above 0/],
    ["MAX_OPEN_ORDERS", "0", /from 1/],
    ["MAX_DAILY_LOSS_USDT", "0", /above 0/],
    ["MAX_DELTA_USDT", "0", /above 0/],
    ["MAX_DAY_DRAWDOWN_BPS", "0", /basis points from 1 to 10000/],
    ["MIN_LIQ_DISTANCE_PCT", "0.4", /per cent from 0.5 to 50, not "0.4"/],
    ["MIN_LIQ_DISTANCE_PCT", "51", /per cent from 0.5 to 50/],
    ["PLACE_PER_MIN", "1", /whole number from 2/],
    ["CANCEL_PER_MIN", "0", /whole number from 1/],
    ["RESCUE_PER_MIN", "0", /whole number from 1/],
    ["CLOCK_SKEW_GUARD_MS", "49", /from 50 to 60000/],
    ["MAINTENANCE_WINDOWS", "kraken 2026-12-01T02:00Z/2026-12-01T04:00Z", /kraken is no venue; binance-um or okx-perp/],
    ["MAINTENANCE_WINDOWS", "okx 2026-12-01T02:00/2026-12-01T04:00Z", /"2026-12-01T02:00" is no time in UTC/],
    ["MAINTENANCE_WINDOWS", "okx 2026-02-30T02:00Z/2026-12-01T04:00Z", /"2026-02-30T02:00Z" is no time/],
    ["MAINTENANCE_WINDOWS", "okx 2026-12-01T04:00Z/2026-12-01T02:00Z", /ends before it begins/],
    ["MAINTENANCE_WINDOWS", "okx", /like binance-um 2026-12-01T02:00Z.*a venue and one span are needed/],
    ["MAINTENANCE_WINDOWS", "okx 2026-12-01T02:00Z", /"" is no time in UTC/],
    ["LEG_DEADLINE_MS", "49", /from 50/],
    ["RECOVERY_DEADLINE_MS", "100", /from 500/],
    ["BOOK_MAX_AGE_MS", "0", /from 50/],
    ["MAX_RECOVERY_LOSS_BPS", "501", /to 500/],
    ["COMPLETE_MAX_LOSS_BPS", "-1", /from 0/],
    ["UNKNOWN_HOLD_SEC", "0", /from 1/],
    ["CONFIRM_TOLERANCE_BPS", "101", /to 100/],
    ["AUTH_ENABLED", "oui", /true or false/],
    ["PORT", "65536", /to 65535/],
    ["PORT", "80a", /whole number/],
    ["BINANCE_LV_BASE_URL", "http://fapi.binance.com", /https address \(plain only on loopback\)/],
    ["BINANCE_UM_BASE_TESTNET", "ftp://x", /https address/],
    ["BINANCE_LV_WS_URL", "ws://fstream.binance.com", /wss address/],
    ["BINANCE_UM_WS_URL_TESTNET", "https://x", /wss address/],
    ["OKX_BASE_URL", "not an address", /https address/],
    ["OKX_WS_URL", "wss//x", /wss address/],
    ["IDEM_TTL_SEC", "59", /whole number from 60 to 604800/],
    ["API_RATE_PER_MIN", "0", /whole number from 1 to 60000/],
    ["API_BURST", "many", /whole number from 1 to 10000/],
    ["AUTH_FAIL_PER_MIN", "-1", /whole number from 1 to 10000/],
    ["ALLOWED_HOSTS", "https://bot.example", /names like bot.example.net.*, not "https:\/\/bot.example"/],
    ["ALLOWED_HOSTS", "bot.example,*", /separated by commas, not "\*"/],
    ["ALLOWED_HOSTS", "bot.example/x", /not "bot.example\/x"/],
    ["TRUSTED_PROXIES", "proxy.example", /ranges like 10.0.0.0\/8, separated by commas, not "proxy.example"/],
    ["TRUSTED_PROXIES", "10.0.0.0/33", /not "10.0.0.0\/33"/],
    ["TRUSTED_PROXIES", "0.0.0.0/0", /not "0.0.0.0\/0"/],
    ["OKX_WS_URL_TESTNET", "http://127.0.0.1", /wss address/],
  ])("%s=%s", (name, text, says) => {
    const problems = problemsOf({ [name]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: must be`));
    expect(problems[0]).toMatch(says);
  });

  test("all of them at once", () => {
    const problems = problemsOf({
      PROFILE: "demo",
      PORT: "x",
      MAX_LEVERAGE: "0",
      MAX_POSITION_USDT__NOPE: "1",
      SAFE_MODE: "?",
    });
    expect(problems.map((says) => says.split(":")[0]).toSorted()).toEqual([
      "MAX_LEVERAGE",
      "MAX_POSITION_USDT__NOPE",
      "PORT",
      "PROFILE",
      "SAFE_MODE",
    ]);
  });

  test("and with them the names that look misspelt: one may be why", () => {
    expect(problemsOf({ PORT: "x", MAX_LEVERGE: "3" })).toEqual([
      expect.stringMatching(/^PORT: /),
      "MAX_LEVERGE is not a variable of ours; did you mean MAX_LEVERAGE?",
    ]);
  });

  test("a secret that is wrong is not repeated", () => {
    const problems = problemsOf({ ...TESTNET, API_TOKEN: "hunter2" });
    expect(problems.join()).toContain("API_TOKEN");
    expect(problems.join()).not.toContain("hunter2");
  });
});

describe("values as people write them", () => {
  test.each([
    ["true", true],
    ["TRUE", true],
    ["1", true],
    ["yes", true],
    ["on", true],
    ["false", false],
    ["0", false],
    ["No", false],
    ["off", false],
  ])("SAFE_MODE=%s", (text, value) => {
    expect(configOf({ SAFE_MODE: text }).safeMode).toBe(value);
  });

  test("an empty line in .env means the default, and blanks around a value mean nothing", () => {
    const config = configOf({
      MAX_LEVERAGE: "",
      PORT: "  ",
      SAFE_MODE: " ",
      PROFILE: " Paper ",
      ORDER_NOTIONAL_USDT: " 75.5 ",
    });
    expect([config.maxLeverage, config.port, config.safeMode, config.profile, format(config.orderNotional)]).toEqual([
      5,
      8000,
      true,
      "paper",
      "75.5",
    ]);
  });

  test("names and addresses of the door, with blanks and without", () => {
    const config = configOf({
      ALLOWED_HOSTS: "bot.example, [::1]:80,b:8443",
      TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8,::1",
    });
    expect(config.allowedHosts).toEqual(["bot.example", "[::1]:80", "b:8443"]);
    expect(config.trustedProxies).toEqual(["10.0.0.0/8", "fd00::/8", "::1"]);
  });

  test("symbols in any spelling", () => {
    expect(configOf({ UNIVERSE: "btcusdt, ETH-USDT ,,SOL/USDT" }).universe).toEqual([
      "BTC-USDT-PERP",
      "ETH-USDT-PERP",
      "SOL-USDT-PERP",
    ]);
  });

  test("addresses without their last slash, and plain ones on this machine", () => {
    const config = configOf({ OKX_BASE_URL: "http://127.0.0.1:9000/", OKX_WS_URL: "ws://localhost:9001" });
    expect([config.okxBase, config.okxWs]).toEqual(["http://127.0.0.1:9000", "ws://localhost:9001"]);
  });

  test("a limit of one symbol, and of one venue under each of its names", () => {
    const config = configOf({
      MAX_POSITION_USDT__BTCUSDT: "1000",
      "MAX_POSITION_USDT__eth-usdt": "500",
      MAX_OPEN_ORDERS__BINANCE_UM: "3",
      "MAX_OPEN_ORDERS__okx-perp": "4",
      MAX_POSITION_USDT__SOLUSDT: "",
    });
    expect([...config.maxPositionBySymbol].map(([id, limit]) => [id, format(limit)])).toEqual([
      ["BTC-USDT-PERP", "1000"],
      ["ETH-USDT-PERP", "500"],
    ]);
    expect([...config.maxOpenOrdersByVenue]).toEqual([
      [BINANCE_UM, 3],
      [OKX_PERP, 4],
    ]);
  });

  test.each([
    ["MAX_POSITION_USDT__DOGE", "1", /DOGE is no symbol like BTCUSDT/],
    ["MAX_POSITION_USDT__BTCUSDT", "0", /above 0/],
    ["MAX_OPEN_ORDERS__KRAKEN", "1", /KRAKEN is no venue; BINANCE_UM or OKX_PERP/],
    ["MAX_OPEN_ORDERS__OKX", "x", /whole number/],
  ])("%s=%s is refused", (name, text, says) => {
    expect(problemsOf({ [name]: text })).toEqual([expect.stringMatching(says)]);
  });

  test.each([
    ["binance", BINANCE_UM],
    ["BINANCE_UM", BINANCE_UM],
    [" binance-um ", BINANCE_UM],
    ["okx", OKX_PERP],
    ["OKX_PERP", OKX_PERP],
    ["kraken", null],
    ["constructor", null],
    ["", null],
  ])("the venue %j is %j", (name, venue) => {
    expect(venueOf(name)).toBe(venue);
  });
});

describe("a secret from a file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "propbot-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is read without its last line end", () => {
    const file = join(folder, "token");
    writeFileSync(file, `${STRONG}\n`);
    expect(configOf({ API_TOKEN_FILE: file }).apiToken).toBe(STRONG);
    expect(readConfig({ API_TOKEN_FILE: file }).warnings).toEqual([]);
  });

  test("set twice is refused; a file that is not there too", () => {
    const file = join(folder, "token");
    writeFileSync(file, STRONG);
    expect(problemsOf({ API_TOKEN: STRONG, API_TOKEN_FILE: file })).toEqual([
      "API_TOKEN: set it or API_TOKEN_FILE, not both",
    ]);
    expect(problemsOf({ API_TOKEN_FILE: join(folder, "none") })).toEqual([
      `API_TOKEN_FILE: ${join(folder, "none")} does not exist`,
    ]);
  });

  test("may be left empty in .env, on either side", () => {
    const file = join(folder, "token");
    writeFileSync(file, STRONG);
    expect(configOf({ API_TOKEN: "", API_TOKEN_FILE: file }).apiToken).toBe(STRONG);
    expect(configOf({ API_TOKEN: STRONG, API_TOKEN_FILE: "" }).apiToken).toBe(STRONG);
  });

  test("that is a folder is a problem, not a crash", () => {
    expect(problemsOf({ API_TOKEN_FILE: folder })).toEqual([
      expect.stringMatching(/^API_TOKEN_FILE: .*cannot be read/),
    ]);
  });
});

describe("contradictions are refused at the start", () => {
  test.each<[string, Environment, RegExp]>([
    [
      "beyond loopback without auth",
      { HOST: "0.0.0.0", AUTH_ENABLED: "false" },
      /^AUTH_ENABLED: must be true when HOST is beyond loopback/,
    ],
    ["testnet without auth", { ...TESTNET, AUTH_ENABLED: "false" }, /^AUTH_ENABLED: must be true with PROFILE=testnet/],
    [
      "testnet without a token",
      { ...TESTNET, API_TOKEN: "" },
      /^API_TOKEN: .*at least 32 characters.*openssl rand -hex 32/,
    ],
    ["live with the sample token", { ...LIVE, API_TOKEN: "change-me" }, /^API_TOKEN/],
    ["live with a short token", { ...LIVE, API_TOKEN: STRONG.slice(1) }, /^API_TOKEN/],
    [
      "testnet without Binance keys",
      { ...TESTNET, BINANCE_UM_API_SECRET_TESTNET: "" },
      /^BINANCE_UM_API_KEY_TESTNET: key and secret/,
    ],
    [
      "a Binance key that is none",
      { ...TESTNET, BINANCE_UM_API_SECRET_TESTNET: "-----BEGIN PRIVATE KEY-----x" },
      /^BINANCE_UM_API_SECRET_TESTNET: must be an Ed25519 private key in PEM form/,
    ],
    [
      "testnet without an OKX passphrase",
      { ...TESTNET, OKX_API_PASSPHRASE_TESTNET: "" },
      /^OKX_API_KEY_TESTNET: key, secret and passphrase/,
    ],
    ["live without Binance keys", { ...LIVE, BINANCE_LV_API_KEY: "" }, /^BINANCE_LV_API_KEY: key and secret/],
    ["live without OKX keys", { ...LIVE, OKX_API_KEY: "" }, /^OKX_API_KEY: key, secret and passphrase/],
    [
      "a token of one character",
      { ...TESTNET, API_TOKEN: "x".repeat(64) },
      /^API_TOKEN: must be random: it holds about \d bits, at least 128 are needed/,
    ],
    ["a token of one word, again and again", { ...TESTNET, API_TOKEN: "correcthorse".repeat(4) }, /^API_TOKEN: .*bits/],
    ["a token of digits that is too short for them", { ...TESTNET, API_TOKEN: "83610".repeat(2) + DIGITS }, /bits/],
    ["a token of two letters", { ...TESTNET, API_TOKEN: "abbabaabbaababbabaababbaabbabaabab" }, /^API_TOKEN: .*bits/],
    [
      "one value in two secret slots",
      { ...TESTNET, OKX_API_SECRET_TESTNET: "op" },
      /^OKX_API_SECRET_TESTNET: must not be the same as OKX_API_PASSPHRASE_TESTNET/,
    ],
    ["a secret of another profile that is the same", { ...TESTNET, OKX_API_SECRET: "os" }, /OKX_API_SECRET/],
    [
      "the token as a secret of paper",
      { API_TOKEN: STRONG, OKX_API_SECRET: STRONG },
      /^API_TOKEN: must not be the same/,
    ],
    ["live without TWO_MAN_RULE", { ...LIVE, TWO_MAN_RULE: "" }, /^TWO_MAN_RULE: must be set with PROFILE=live/],
    ["live without MAX_POSITION_USDT", { ...LIVE, MAX_POSITION_USDT: "" }, /^MAX_POSITION_USDT: must be set/],
    ["live without MAX_OPEN_ORDERS", { ...LIVE, MAX_OPEN_ORDERS: "" }, /^MAX_OPEN_ORDERS: must be set/],
    ["live without MAX_DAILY_LOSS_USDT", { ...LIVE, MAX_DAILY_LOSS_USDT: "" }, /^MAX_DAILY_LOSS_USDT: must be set/],
    [
      "live with a venue on this machine",
      { ...LIVE, OKX_BASE_URL: "http://127.0.0.1:9000" },
      /^OKX_BASE_URL: must not/,
    ],
    ["the same over TLS", { ...LIVE, BINANCE_LV_WS_URL: "wss://localhost:9000" }, /^BINANCE_LV_WS_URL: must not/],
    [
      "live without certificates",
      { ...LIVE, NODE_TLS_REJECT_UNAUTHORIZED: "0" },
      /^NODE_TLS_REJECT_UNAUTHORIZED: must not be 0 with PROFILE=live/,
    ],
    [
      "live with an inspector",
      { ...LIVE, NODE_OPTIONS: "--max-old-space-size=512 --inspect=0.0.0.0:9229" },
      /^NODE_OPTIONS: must not hold --inspect /,
    ],
    ["post-only, where every first leg is immediate", { POST_ONLY: "true" }, /^POST_ONLY: must be false/],
    [
      "a loop over a pair that is not scanned",
      { UNIVERSE: "BTCUSDT", LOOP_PAIR: "ETHUSDT" },
      /^LOOP_PAIR: ETHUSDT is not in UNIVERSE/,
    ],
    ["a loop on one venue", { LOOP_VENUES: "binance" }, /^LOOP_VENUES: a hedge needs two venues/],
    ["a loop on no venue of ours", { LOOP_VENUES: "kraken" }, /^LOOP_VENUES: must be venues like/],
    ["live with code before ours", { ...LIVE, NODE_OPTIONS: "--require ./spy.cjs" }, /^NODE_OPTIONS: .*--require/],
    ["the same by its short name", { ...LIVE, NODE_OPTIONS: "-r ./spy.cjs" }, /^NODE_OPTIONS: .*-r /],
    ["the same as a module", { ...LIVE, NODE_OPTIONS: "--import=./spy.mjs" }, /^NODE_OPTIONS: .*--import/],
  ])("%s", (_when, environment, says) => {
    expect(problemsOf(environment)).toEqual([expect.stringMatching(says)]);
  });

  test.each<[string, Environment]>([
    ["paper on loopback without auth", { AUTH_ENABLED: "false" }],
    ["paper on ::1 without auth", { AUTH_ENABLED: "false", HOST: "::1" }],
    ["paper beyond loopback with auth", { HOST: "0.0.0.0" }],
    ["testnet with everything", TESTNET],
    [
      "testnet with the keys under their other name",
      {
        ...TESTNET,
        BINANCE_UM_API_KEY_TESTNET: "",
        BINANCE_UM_API_SECRET_TESTNET: "",
        BINANCE_LV_API_KEY_TESTNET: "k",
        BINANCE_LV_API_SECRET_TESTNET: "s",
      },
    ],
    ["live in SAFE_MODE", LIVE],
    ["live out of SAFE_MODE", { ...LIVE, SAFE_MODE: "false" }],
    ["live with the two-man rule off, and said so", { ...LIVE, TWO_MAN_RULE: "false" }],
    ["live with more memory", { ...LIVE, NODE_OPTIONS: "--max-old-space-size=512", NODE_TLS_REJECT_UNAUTHORIZED: "1" }],
    [
      "testnet on this machine, under a debugger",
      { ...TESTNET, OKX_BASE_URL: "http://localhost:1", NODE_OPTIONS: "--inspect", NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    ],
    ["a token of 32 random hex digits", { ...TESTNET, API_TOKEN: "f3c1b6a9e0d24f7b8a5c6d7e8f901234" }],
  ])("not: %s", (_when, environment) => {
    expect(problemsOf(environment)).toEqual([]);
  });
});

test("live is not started under a debugger that Node was asked for itself", () => {
  const start = (flags: readonly string[]) => (): unknown => readConfig(LIVE, flags);
  expect(start(["--inspect-brk=9229"])).toThrow(/node --inspect-brk: must not be used with PROFILE=live/);
  expect(start(["--max-old-space-size=512"])).not.toThrow();
});

test("what live is refused for is told together with everything else", () => {
  const problems = problemsOf({
    ...LIVE,
    PORT: "x",
    TWO_MAN_RULE: "",
    MAX_OPEN_ORDERS: "",
    OKX_API_SECRET: "op",
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
  });
  expect(problems.map((says) => says.split(":")[0])).toEqual([
    "PORT",
    "OKX_API_SECRET",
    "TWO_MAN_RULE",
    "MAX_OPEN_ORDERS",
    "NODE_TLS_REJECT_UNAUTHORIZED",
  ]);
});

describe("a name that looks like ours and is not", () => {
  test.each([
    ["MAX_LEVERGE", "MAX_LEVERAGE"],
    ["SAFE_MOD", "SAFE_MODE"],
    ["MIN_SPREAD_BP", "MIN_SPREAD_BPS"],
    ["API_TOKN", "API_TOKEN"],
    ["IDEM_TTL", "IDEM_TTL_SEC"],
    ["ALLOWED_HOST", "ALLOWED_HOSTS"],
    ["DRY_RUN", "DRY_RUN_ONLY"],
    ["MARKET_SEDE", "MARKET_SEED"],
  ])("%s is told with the nearest one", (name, nearest) => {
    expect(readConfig({ [name]: "1" }).warnings).toEqual([
      `${name} is not a variable of ours; did you mean ${nearest}?`,
    ]);
  });

  test.each(["PATH", "HOME", "NODE_OPTIONS", "MAX_POSITION_USDT__BTCUSDT", "API_TOKEN_FILE"])(
    "%s is no mistake",
    (name) => {
      expect(readConfig({ [name]: name.startsWith("MAX") ? "5" : "" }).warnings).toEqual([]);
    },
  );
});

test("what is told in numbers is said by two flags", () => {
  const told = ({ metricsMoney, metricsLegacy }: Config): readonly boolean[] => [metricsMoney, metricsLegacy];
  expect(told(configOf({}))).toEqual([true, false]);
  expect(told(configOf({ METRICS_MONEY: "false", METRICS_LEGACY: "1" }))).toEqual([false, true]);
  expect(problemsOf({ METRICS_MONEY: "some" })).toEqual(['METRICS_MONEY: must be true or false, not "some"']);
});

test("the settings are the configuration in the units of the engine", () => {
  const settings = settingsOf(
    configOf({
      MAX_HOLD_HOURS: "0.5",
      FUNDING_HORIZON_HOURS: "8",
      AVOID_WINDOW_MINUTES: "3",
      UNKNOWN_HOLD_SEC: "7",
      OPPORTUNITY_TTL_SEC: "9",
      MAX_POSITION_USDT__BTCUSDT: "10",
      MIN_LIQ_DISTANCE_PCT: "12.5",
      MAX_DAY_DRAWDOWN_BPS: "250",
      CLOCK_SKEW_GUARD_MS: "400",
      PLACE_PER_MIN: "20",
      CANCEL_PER_MIN: "30",
      RESCUE_PER_MIN: "6",
      MAINTENANCE_WINDOWS: "BINANCE_UM 2026-12-01T02:00Z/2026-12-01T04:00:30Z, okx 2027-01-01T00:00Z/2027-01-01T01:00Z",
    }),
  );
  expect(settings.limits).toMatchObject({
    maxDayDrawdown: bps("250"),
    placePerMin: 20,
    cancelPerMin: 30,
    rescuePerMin: 6,
  });
  const [first, second, ...more] = settings.maintenanceWindows;
  expect(more).toEqual([]);
  expect([first?.venue, second?.venue]).toEqual([BINANCE_UM, OKX_PERP]);
  expect([first?.from, first?.until].map((at) => isoTime(at as Instant))).toEqual([
    "2026-12-01T02:00:00.000Z",
    "2026-12-01T04:00:30.000Z",
  ]);
  expect(settings).toMatchObject({
    minLiquidationDistance: bps("1250"),
    clockSkewGuardMs: 400,
    maxHoldMs: 1_800_000,
    fundingHorizonMs: 28_800_000,
    avoidWindowMs: 180_000,
    unknownHoldMs: 7_000,
    opportunityTtlMs: 9_000,
    leverage: 1,
  });
  expect(settings.limits.maxPositionBySymbol.has(instrumentId("BTC-USDT-PERP"))).toBe(true);
});
