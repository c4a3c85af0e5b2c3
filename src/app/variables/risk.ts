import { amount, basisPoints, optionalAmount, optionalWhole, whole } from "../variable.ts";

/** Limits, and the bounds of recovery. */
export const riskVariables = {
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
    says: "no new hedge, and HOLD, after a loss of this much since 00:00 UTC",
  }),
  maxDelta: amount({
    name: "MAX_DELTA_USDT",
    group: "risk",
    preset: "200",
    says: "unhedged worth of one symbol that no order is about to bring back; more is HOLD",
  }),
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
} as const;
