import { type Bps, type Usdt, format, tryBps, tryUsdt } from "#domain/decimal.ts";
import { instrumentOf, symbolOf, venueOf } from "#domain/ids.ts";
import type { Limits, Settings } from "#domain/settings.ts";

export type SettingValue = string | number | boolean | null;

type Reading = { readonly change: (settings: Settings) => Settings } | { readonly problem: string };

/** One thing an operator may change while we run. */
export interface SettingField {
  readonly name: string;
  /** As people read it; exact where it is money. */
  readonly show: (settings: Settings) => SettingValue;
  readonly read: (value: SettingValue) => Reading;
  /** The change leads away from safety: more risk, a wider band, a looser guard. */
  readonly loosens: (before: Settings, after: Settings) => boolean;
  /** A limit: lowered at once, raised only with the approval that guards limits. */
  readonly isLimit: boolean;
}

const limits = (settings: Settings, change: Partial<Limits>): Settings => ({
  ...settings,
  limits: { ...settings.limits, ...change },
});

function amountOf(value: SettingValue): Usdt | null {
  const amount = typeof value === "string" || typeof value === "number" ? tryUsdt(String(value)) : null;
  return amount !== null && amount > 0n ? amount : null;
}

type AmountLimit = "maxNotionalPerPosition" | "maxTotalNotional" | "maxDelta";

function amountLimit(name: string, key: AmountLimit): SettingField {
  return {
    name,
    isLimit: true,
    show: (settings) => format(settings.limits[key]),
    read: (value) => {
      const amount = amountOf(value);
      if (amount === null) return { problem: `${name}: must be an amount of USDT above 0` };
      return { change: (settings) => limits(settings, { [key]: amount }) };
    },
    loosens: (before, after) => after.limits[key] > before.limits[key],
  };
}

/** Null stands for "none set": looser than any number. */
function optionalLimit(name: string, key: "maxPosition" | "maxDailyLoss"): SettingField {
  return {
    name,
    isLimit: true,
    show: ({ limits: { [key]: value } }) => (value === null ? null : format(value)),
    read: (value) => {
      const amount = amountOf(value);
      if (amount === null && value !== null)
        return { problem: `${name}: must be an amount of USDT above 0, or null for none` };
      return { change: (settings) => limits(settings, { [key]: amount }) };
    },
    loosens: ({ limits: { [key]: before } }, { limits: { [key]: after } }) =>
      before !== null && (after === null || after > before),
  };
}

function countLimit(
  name: string,
  key: "maxOpenPositions" | "maxLeverage" | "maxOpenOrders",
  most: number,
): SettingField {
  return {
    name,
    isLimit: true,
    show: (settings) => settings.limits[key],
    read: (value) => {
      if (value === null && key === "maxOpenOrders") return { change: (settings) => limits(settings, { [key]: null }) };
      if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > most)
        return { problem: `${name}: must be a whole number from 1 to ${most}` };
      return { change: (settings) => limits(settings, { [key]: value }) };
    },
    loosens: (before, after) => before.limits[key] !== null && (after.limits[key] ?? Infinity) > before.limits[key],
  };
}

function points(
  name: string,
  key: "minSpreadBps" | "maxSlippageBps",
  [least, most]: readonly [number, number],
  looserIs: "higher" | "lower",
): SettingField {
  return {
    name,
    isLimit: false,
    show: (settings) => format(settings[key]),
    read: (value) => {
      const read = typeof value === "string" || typeof value === "number" ? tryBps(String(value)) : null;
      const [low, high] = [tryBps(`${least}`) as Bps, tryBps(`${most}`) as Bps];
      if (read === null || read < low || read > high)
        return { problem: `${name}: must be basis points from ${least} to ${most}` };
      return { change: (settings) => ({ ...settings, [key]: read }) };
    },
    loosens: (before, after) => (looserIs === "higher" ? after[key] > before[key] : after[key] < before[key]),
  };
}

function listOf<T>(
  name: string,
  value: SettingValue,
  one: (text: string) => T | null,
  like: string,
): readonly T[] | string {
  if (value === null) return [];
  if (typeof value !== "string") return `${name}: must be text such as ${like}`;
  const names = value.split(",").filter((text) => text.trim() !== "");
  const wrong = names.filter((text) => one(text) === null);
  return wrong.length > 0
    ? `${name}: ${wrong.join(", ")} is none of ours; such as ${like}`
    : names.flatMap((text) => one(text) ?? []);
}

/** Everything that can be changed while we run, in the order people see it. What is not here cannot. */
export const settingFields: readonly SettingField[] = [
  {
    name: "auto_loop",
    isLimit: false,
    show: ({ autoLoop }) => autoLoop,
    read: (value) =>
      typeof value === "boolean"
        ? { change: (settings) => ({ ...settings, autoLoop: value }) }
        : { problem: "auto_loop: must be true or false" },
    loosens: (before, after) => after.autoLoop && !before.autoLoop,
  },
  {
    name: "order_notional_usdt",
    isLimit: false,
    show: ({ orderNotional }) => format(orderNotional),
    read: (value) => {
      const amount = amountOf(value);
      return amount === null
        ? { problem: "order_notional_usdt: must be an amount of USDT above 0" }
        : { change: (settings) => ({ ...settings, orderNotional: amount }) };
    },
    loosens: (before, after) => after.orderNotional > before.orderNotional,
  },
  points("min_spread_bps", "minSpreadBps", [-1_000, 1_000], "lower"),
  points("max_slippage_bps", "maxSlippageBps", [0, 50], "higher"),
  {
    name: "poll_interval_sec",
    isLimit: false,
    show: ({ pollIntervalMs }) => pollIntervalMs / 1_000,
    read: (value) =>
      typeof value === "number" && value >= 0.1 && value <= 3_600
        ? { change: (settings) => ({ ...settings, pollIntervalMs: value * 1_000 }) }
        : { problem: "poll_interval_sec: must be a number of seconds from 0.1 to 3600" },
    loosens: () => false,
  },
  {
    name: "loop_pair",
    isLimit: false,
    show: ({ loopPairs }) => loopPairs.map(symbolOf).join(",") || null,
    read: (value) => {
      const pairs = listOf("loop_pair", value, instrumentOf, "BTCUSDT");
      return typeof pairs === "string"
        ? { problem: pairs }
        : { change: (settings) => ({ ...settings, loopPairs: pairs }) };
    },
    loosens: ({ loopPairs: before }, { loopPairs: after }) => widens(before, after),
  },
  {
    name: "loop_venues",
    isLimit: false,
    show: ({ loopVenues }) => loopVenues.join(",") || null,
    read: (value) => {
      const venues = listOf("loop_venues", value, venueOf, "binance-um,okx-perp");
      return typeof venues === "string"
        ? { problem: venues }
        : { change: (settings) => ({ ...settings, loopVenues: venues }) };
    },
    loosens: ({ loopVenues: before }, { loopVenues: after }) => widens(before, after),
  },
  amountLimit("max_notional_per_position_usdt", "maxNotionalPerPosition"),
  amountLimit("max_total_notional_usdt", "maxTotalNotional"),
  countLimit("max_open_positions", "maxOpenPositions", 1_000),
  countLimit("max_leverage", "maxLeverage", 125),
  optionalLimit("max_position_usdt", "maxPosition"),
  countLimit("max_open_orders", "maxOpenOrders", 10_000),
  optionalLimit("max_daily_loss_usdt", "maxDailyLoss"),
  amountLimit("max_delta_usdt", "maxDelta"),
];

/** Empty stands for "all". */
function widens<T>(before: readonly T[], after: readonly T[]): boolean {
  if (before.length === 0) return false;
  return after.length === 0 || after.some((each) => !before.includes(each));
}
