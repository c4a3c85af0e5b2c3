import { basisPoints, decimalNumber } from "../variable.ts";

/** When a hedge is left. */
export const exitVariables = {
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
} as const;
