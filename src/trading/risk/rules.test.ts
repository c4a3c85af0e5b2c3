import { describe, expect, test } from "vitest";
import { BTC, type ContextGiven, NOW, aContext } from "../../../test/kit.ts";
import { bps, quantity, usdt } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP, instrumentId } from "#domain/ids.ts";
import type { MaintenanceWindow } from "#domain/maintenance.ts";
import { assess, describeRefusal } from "#domain/risk.ts";
import { HOUR, after, isoTime } from "#domain/time.ts";
import { riskRules } from "./rules.ts";

const ETH = instrumentId("ETH-USDT-PERP");

interface Row {
  readonly rule: string;
  readonly when: string;
  readonly given: ContextGiven;
  readonly refused: string | null;
}

const per = (notional: string): ContextGiven => ({ notional: usdt(notional) });
const total = (open: string, notional: string): ContextGiven => ({
  notional: usdt(notional),
  exposure: { totalNotional: usdt(open) },
});
const symbol = (
  open: string,
  notional: string,
  limits: ContextGiven["limits"] = { maxPosition: usdt("5000") },
): ContextGiven => ({
  notional: usdt(notional),
  exposure: {
    notionalBySymbol: new Map([
      [BTC, usdt(open)],
      [ETH, usdt("99999")],
    ]),
  },
  ...(limits ? { limits } : {}),
});
const orders = (binance: number, okx: number, limits: ContextGiven["limits"]): ContextGiven => ({
  exposure: {
    openOrders: new Map([
      [BINANCE_UM, binance],
      [OKX_PERP, okx],
    ]),
  },
  ...(limits ? { limits } : {}),
});
const day = (pnl: string | null, loss: string | null = "100"): ContextGiven => ({
  exposure: { dayPnl: pnl === null ? null : usdt(pnl) },
  limits: { maxDailyLoss: loss === null ? null : usdt(loss) },
});
/** 1500 USDT for 0.025: 60 000 each, so that 200 USDT are 0.00333…. */
const delta = (of: string): ContextGiven => ({
  exposure: {
    netDelta: new Map([
      [BTC, quantity(of)],
      [ETH, quantity("5")],
    ]),
  },
});

const stamp = (leg: "long" | "short", rate: string, inMs: number): ContextGiven => ({
  funding: {
    [leg]: {
      venue: leg === "long" ? BINANCE_UM : OKX_PERP,
      instrument: BTC,
      rate: bps(rate),
      nextAt: after(NOW, inMs),
      intervalMs: 8 * HOUR,
      at: NOW,
    },
  },
});
const works = (fromMs: number, untilMs: number): MaintenanceWindow => ({
  venue: OKX_PERP,
  from: after(NOW, fromMs),
  until: after(NOW, untilMs),
  says: "an upgrade",
});

describe("every rule, at its limit and just over it", () => {
  test.each<Row>([
    { rule: "max-notional-per-position", when: "at it", given: per("25000"), refused: null },
    {
      rule: "max-notional-per-position",
      when: "over it",
      given: per("25000.01"),
      refused: "limit 25000, would be 25000.01",
    },
    { rule: "max-total-notional", when: "at it", given: total("73500", "1500"), refused: null },
    {
      rule: "max-total-notional",
      when: "over it",
      given: total("73500", "1500.000000000001"),
      refused: "limit 75000, would be 75000.000000000001",
    },
    { rule: "max-open-positions", when: "at it", given: { exposure: { openHedges: 2 } }, refused: null },
    {
      rule: "max-open-positions",
      when: "over it",
      given: { exposure: { openHedges: 3 } },
      refused: "limit 3, would be 4",
    },
    { rule: "max-leverage", when: "at it", given: { leverage: 5 }, refused: null },
    { rule: "max-leverage", when: "over it", given: { leverage: 5.01 }, refused: "limit 5, would be 5.01" },
    { rule: "max-leverage", when: "at nothing", given: { leverage: 0 }, refused: "limit 5, would be 0" },
    { rule: "max-leverage", when: "below nothing", given: { leverage: -1 }, refused: "limit 5, would be -1" },
    { rule: "max-leverage", when: "at no number", given: { leverage: Number.NaN }, refused: "limit 5, would be NaN" },
    { rule: "max-notional-per-symbol", when: "at it", given: symbol("3500", "1500"), refused: null },
    {
      rule: "max-notional-per-symbol",
      when: "over it",
      given: symbol("3500.01", "1500"),
      refused: "limit 5000, would be 5000.01",
    },
    {
      rule: "max-notional-per-symbol",
      when: "not set",
      given: symbol("99999", "1500", { maxPosition: null }),
      refused: null,
    },
    {
      rule: "max-notional-per-symbol",
      when: "over its own",
      given: symbol("0", "1500", { maxPosition: usdt("5000"), maxPositionBySymbol: new Map([[BTC, usdt("1000")]]) }),
      refused: "limit 1000, would be 1500",
    },
    {
      rule: "max-notional-per-symbol",
      when: "under its own, over the common one",
      given: symbol("5000", "1500", { maxPosition: usdt("5000"), maxPositionBySymbol: new Map([[BTC, usdt("9000")]]) }),
      refused: null,
    },
    { rule: "max-open-orders", when: "at it", given: orders(1, 1, { maxOpenOrders: 2 }), refused: null },
    {
      rule: "max-open-orders",
      when: "over it on one venue",
      given: orders(1, 2, { maxOpenOrders: 2 }),
      refused: "limit 2 on okx-perp, would be 3",
    },
    {
      rule: "max-open-orders",
      when: "over one venue's own",
      given: orders(1, 0, { maxOpenOrders: 9, maxOpenOrdersByVenue: new Map([[BINANCE_UM, 1]]) }),
      refused: "limit 1 on binance-um, would be 2",
    },
    { rule: "max-open-orders", when: "not set", given: orders(99, 99, {}), refused: null },
    { rule: "max-daily-loss", when: "short of it", given: day("-99.999999999999"), refused: null },
    { rule: "max-daily-loss", when: "at it", given: day("-100"), refused: "limit -100, would be -100" },
    {
      rule: "max-daily-loss",
      when: "when the result is unknown",
      given: day(null),
      refused: "limit 100, would be unknown",
    },
    { rule: "max-daily-loss", when: "not set", given: day(null, null), refused: null },
    { rule: "max-delta", when: "at it", given: delta("0.003333333333"), refused: null },
    {
      rule: "max-delta",
      when: "over it",
      given: delta("0.003333333334"),
      refused: "limit 0.003333333333, would be 0.003333333334",
    },
    {
      rule: "max-delta",
      when: "over it, short",
      given: delta("-0.004"),
      refused: "limit 0.003333333333, would be -0.004",
    },
    { rule: "max-delta", when: "with legs that cancel out", given: delta("0"), refused: null },
    { rule: "order-rate", when: "at it", given: { traffic: { orders: 298, cancels: 599 } }, refused: null },
    {
      rule: "order-rate",
      when: "over its orders",
      given: { traffic: { orders: 299 } },
      refused: "limit 300 orders a minute, would be 301",
    },
    {
      rule: "order-rate",
      when: "over its cancels",
      given: { traffic: { cancels: 600 } },
      refused: "limit 600 cancels a minute, would be 601",
    },
    { rule: "funding-window", when: "before it", given: stamp("long", "1", 300_001), refused: null },
    {
      rule: "funding-window",
      when: "in it, a long that pays",
      given: stamp("long", "1", 300_000),
      refused: "limit 300 s before a stamp of binance-um, would be 300 s",
    },
    { rule: "funding-window", when: "in it, a long that is paid", given: stamp("long", "-1", 1), refused: null },
    {
      rule: "funding-window",
      when: "in it, a short that pays",
      given: stamp("short", "-1", 1_500),
      refused: "limit 300 s before a stamp of okx-perp, would be 2 s",
    },
    { rule: "funding-window", when: "after the stamp", given: stamp("long", "1", 0), refused: null },
    { rule: "maintenance-window", when: "before it", given: { maintenance: [works(1, 9)] }, refused: null },
    { rule: "maintenance-window", when: "at its end", given: { maintenance: [works(-9, 0)] }, refused: null },
    {
      rule: "maintenance-window",
      when: "in one that was announced",
      given: { maintenance: [works(0, 60_000)] },
      refused: `limit not on okx-perp until ${isoTime(after(NOW, 60_000))}, would be ${isoTime(NOW)}: an upgrade`,
    },
    {
      rule: "maintenance-window",
      when: "in one that was planned",
      given: { settings: { maintenanceWindows: [works(-1, 1)] } },
      refused: `limit not on okx-perp until ${isoTime(after(NOW, 1))}, would be ${isoTime(NOW)}: an upgrade`,
    },
    { rule: "reduce-only", when: "not set", given: { settings: { reduceOnly: false } }, refused: null },
    {
      rule: "reduce-only",
      when: "set",
      given: { settings: { reduceOnly: true } },
      refused: "limit closing only, would be an opening",
    },
  ])("$rule, $when: $refused", ({ rule, given, refused }) => {
    const found = assess(riskRules, aContext(given)).map(describeRefusal);
    expect(found).toEqual(refused === null ? [] : [`${rule}: ${refused}`]);
  });
});

test("every rule has a code of its own", () => {
  expect(riskRules.map(({ code }) => code)).toEqual([
    "per_position_limit_exceeded",
    "too_many_open_positions",
    "total_notional_limit_exceeded",
    "leverage_limit_exceeded",
    "symbol_limit_exceeded",
    "open_orders_limit_exceeded",
    "daily_loss_limit",
    "delta_limit_exceeded",
    "order_rate_limit_exceeded",
    "funding_window",
    "maintenance",
    "reduce_only",
  ]);
});

test("all that stands in the way is said, in the order of the list", () => {
  const context = aContext({ notional: usdt("80000"), leverage: 9, exposure: { openHedges: 3 } });
  expect(assess(riskRules, context).map(({ rule }) => rule)).toEqual([
    "max-notional-per-position",
    "max-open-positions",
    "max-total-notional",
    "max-leverage",
  ]);
});
