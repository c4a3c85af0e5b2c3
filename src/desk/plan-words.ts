import type { z } from "zod";
import type { plan } from "#contract/standing.ts";
import { toNumber } from "#domain/decimal.ts";
import { symbolOf } from "#domain/ids.ts";
import { isoTime } from "#domain/time.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { Plan } from "#trading/engine/last-plan.ts";
import type { PricingDesk } from "./pricing-desk.ts";
import { edgeWords, legWords } from "./words.ts";

/** A plan, for people. */
export function planWords({ pricing }: Engine, desk: PricingDesk, given: Plan): z.infer<typeof plan> {
  const { at, source, instrument, long, short, leverage, trade, refused, hedge } = given;
  const direction = pricing.directions(instrument).find((each) => each.long.instrument.venue === long);
  return {
    ts: isoTime(at),
    source,
    symbol: symbolOf(instrument),
    long_venue: long,
    short_venue: short,
    leverage,
    notional_usdt: trade ? toNumber(trade.long.notional) : null,
    spread_bps: trade ? toNumber(trade.spreadBps) : null,
    viable: refused === null,
    reason: refused?.code ?? null,
    detail: refused?.says ?? null,
    size: trade && direction ? desk.sizeOf(direction, trade) : null,
    edge: trade ? edgeWords(trade) : null,
    legs: trade ? [legWords(trade.long, "buy", trade.quantity), legWords(trade.short, "sell", trade.quantity)] : [],
    hedge_id: hedge,
  };
}
