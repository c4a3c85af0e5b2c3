import { amount, basisPoints, decimalNumber, instruments, venues, whole } from "../variable.ts";

/** What the loop looks at and what it trades. */
export const loopVariables = {
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
    says: "what the loop opens, separated by commas; empty = every symbol it scans",
  }),
  loopVenues: venues({
    name: "LOOP_VENUES",
    group: "loop",
    preset: "",
    says: "venues the loop may open on, such as binance-um,okx-perp; empty = any",
  }),
  pollIntervalSec: decimalNumber(
    {
      name: "POLL_INTERVAL_SEC",
      group: "loop",
      preset: "5",
      says: "heartbeat of the loop: every pair is looked at this often even when its books are still",
    },
    0.1,
    3_600,
  ),
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
} as const;
