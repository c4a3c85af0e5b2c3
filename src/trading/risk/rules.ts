import type { RiskRule } from "#domain/risk.ts";
import { fundingWindow } from "./rules/funding-window.ts";
import { maintenanceWindow } from "./rules/maintenance-window.ts";
import { maxDailyLoss } from "./rules/max-daily-loss.ts";
import { maxDelta } from "./rules/max-delta.ts";
import { maxLeverage } from "./rules/max-leverage.ts";
import { maxNotionalPerPosition } from "./rules/max-notional-per-position.ts";
import { maxNotionalPerSymbol } from "./rules/max-notional-per-symbol.ts";
import { maxOpenOrders } from "./rules/max-open-orders.ts";
import { maxOpenPositions } from "./rules/max-open-positions.ts";
import { maxTotalNotional } from "./rules/max-total-notional.ts";
import { orderRate } from "./rules/order-rate.ts";
import { reduceOnly } from "./rules/reduce-only.ts";

/** Every rule, in the order people see them. A rule that is not in this list does not exist. */
export const riskRules: readonly RiskRule[] = [
  maxNotionalPerPosition,
  maxOpenPositions,
  maxTotalNotional,
  maxLeverage,
  maxNotionalPerSymbol,
  maxOpenOrders,
  maxDailyLoss,
  maxDelta,
  orderRate,
  fundingWindow,
  maintenanceWindow,
  reduceOnly,
];
