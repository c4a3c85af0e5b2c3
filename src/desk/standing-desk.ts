import type { z } from "zod";
import type {
  exposureAnswer,
  limitsAnswer,
  planAnswer,
  riskReason,
  riskState,
  universeAnswer,
} from "#contract/standing.ts";
import { NO_QUANTITY, NO_USDT, add, notional, subtract, toNumber } from "#domain/decimal.ts";
import { openQuantity } from "#domain/hedge-machine.ts";
import { type InstrumentId, symbolOf } from "#domain/ids.ts";
import { type Instrument, commonLot } from "#domain/instrument.ts";
import { assess, describeRefusal } from "#domain/risk.ts";
import { isoTime } from "#domain/time.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { heldDeltas } from "#trading/engine/facts.ts";
import { riskContext } from "#trading/engine/risk-context.ts";
import { exposureOf } from "#trading/risk/exposure.ts";
import { riskRules } from "#trading/risk/rules.ts";
import { gateRefusal } from "./gate-refusal.ts";
import { limitRows } from "./limit-rows.ts";
import { planWords } from "./plan-words.ts";
import type { PricingDesk } from "./pricing-desk.ts";

type Reason = z.infer<typeof riskReason>;

/** How much is at risk, how much may be, and what would be refused now. */
export class StandingDesk {
  readonly #engine: Engine;
  readonly #pricing: PricingDesk;

  constructor(engine: Engine, pricing: PricingDesk) {
    this.#engine = engine;
    this.#pricing = pricing;
  }

  exposure(): z.infer<typeof exposureAnswer> {
    const { executor, reads, world } = this.#engine.rooms;
    const today = this.#engine.results.today();
    const exposure = exposureOf(executor.active(), today, reads.unattributed());
    return {
      ts: this.#now(),
      items: heldDeltas(this.#engine.rooms).map((held) => this.#exposureOf(held, exposure.notionalBySymbol)),
      totals: {
        open_hedges: exposure.openHedges,
        notional_usdt: toNumber(exposure.totalNotional),
        open_orders: Object.fromEntries(world.venues.map(({ id }) => [id, exposure.openOrders.get(id) ?? 0])),
        day_pnl_usdt: today === null ? null : toNumber(today),
      },
    };
  }

  limits(): z.infer<typeof limitsAnswer> {
    return { ts: this.#now(), limits: [...limitRows(this.#engine)] };
  }

  universe(): z.infer<typeof universeAnswer> {
    const { pairs, settings } = this.#engine.rooms;
    const { loopPairs } = settings();
    const items = pairs().map(({ id, listings }) => ({
      symbol: symbolOf(id),
      venues: Object.fromEntries(listings.map((listing) => [listing.venue, listingWords(listing)])),
      common_lot: toNumber(commonLot(...listings)),
      in_loop: loopPairs.length === 0 || loopPairs.includes(id),
    }));
    return { items, count: items.length };
  }

  lastPlan(): z.infer<typeof planAnswer> {
    const { last } = this.#engine.rooms.plans;
    return { plan: last === null ? null : planWords(this.#engine, this.#pricing, last) };
  }

  risk(): z.infer<typeof riskState> {
    const { rooms, results, watches } = this.#engine;
    const day = results.day();
    const equity = rooms.reads.equity(rooms.world.venues.map(({ id }) => id));
    const { orders, cancels, rescues } = rooms.traffic.now();
    const { blocked, reasons } = this.#refusals();
    return {
      ts: this.#now(),
      blocked,
      reasons: [...reasons],
      day_pnl_usdt: day === null ? null : toNumber(day.pnl),
      from_high_usdt: day === null ? null : toNumber(day.fromHigh),
      equity_usdt: equity === null ? null : toNumber(equity),
      traffic: { orders_per_min: orders, cancels_per_min: cancels, rescues_per_min: rescues },
      watched_at: watches.lookedAt === null ? null : isoTime(watches.lookedAt),
      watches: watches.readings().flatMap(({ id, readings }) =>
        readings.map(({ source, level, value, threshold, says }) => ({
          id,
          source,
          level,
          value,
          threshold,
          detail: says,
        })),
      ),
    };
  }

  /** What the rules would say to the loop's next order, for each pair; the direction is not known before books are asked. */
  #refusals(): { readonly blocked: boolean; readonly reasons: readonly Reason[] } {
    const { rooms, results } = this.#engine;
    const { pairs, settings, world } = rooms;
    const { orderNotional, leverage } = settings();
    const gate = gateRefusal(rooms);
    const today = results.today();
    const found = new Map<string, { readonly code: string; readonly detail: string; readonly symbols: string[] }>();
    let open = 0;
    for (const { id } of pairs()) {
      const venues = [world.venues[0].id, world.venues[1].id] as const;
      const intent = { instrument: id, notional: orderNotional, leverage, quantity: NO_QUANTITY, venues };
      const refusals = assess(riskRules, {
        ...riskContext(rooms, intent, today),
        funding: { long: null, short: null },
      });
      if (refusals.length === 0) open += 1;
      for (const refusal of refusals) {
        const detail = describeRefusal(refusal);
        const known = found.get(detail) ?? { code: refusal.code, detail, symbols: [] };
        known.symbols.push(symbolOf(id));
        found.set(detail, known);
      }
    }
    const all = pairs().length;
    const reasons = [...found.values()].map((reason) => ({
      ...reason,
      symbols: reason.symbols.length === all ? [] : reason.symbols,
    }));
    const control = gate === null ? [] : [{ code: gate.refusal.code, detail: gate.refusal.says, symbols: [] }];
    const nothing = all === 0 ? [{ code: "no_pairs", detail: "no pair is known yet", symbols: [] }] : [];
    return { blocked: gate !== null || open === 0, reasons: [...control, ...nothing, ...reasons] };
  }

  #exposureOf(
    { instrument, hedged, unattributed, mark }: ReturnType<typeof heldDeltas>[number],
    notionals: ReadonlyMap<InstrumentId, ReturnType<typeof notional>>,
  ): z.infer<typeof exposureAnswer>["items"][number] {
    const hedges = this.#engine.rooms.executor.active().filter(({ intent }) => intent.instrument === instrument);
    const long = hedges.reduce((total, hedge) => add(total, openQuantity(hedge, "long")), NO_QUANTITY);
    const delta = add(hedged, unattributed);
    return {
      symbol: symbolOf(instrument),
      hedges: hedges.length,
      notional_usdt: toNumber(notionals.get(instrument) ?? NO_USDT),
      long_base: toNumber(long),
      short_base: toNumber(subtract(long, hedged)),
      net_base: toNumber(hedged),
      unattributed_base: toNumber(unattributed),
      mark_price: mark === null ? null : toNumber(mark),
      delta_usdt: mark === null ? null : toNumber(notional(mark, delta)),
    };
  }

  #now(): string {
    return isoTime(this.#engine.rooms.world.clock.now());
  }
}

function listingWords(listing: Instrument): z.infer<typeof universeAnswer>["items"][number]["venues"][string] {
  const { symbol, tick, lot, minQuantity, minNotional, contractSize, maxLeverage } = listing;
  return {
    symbol,
    tick: toNumber(tick),
    lot: toNumber(lot),
    min_quantity: toNumber(minQuantity),
    min_notional_usdt: toNumber(minNotional),
    contract_size: toNumber(contractSize),
    max_leverage: maxLeverage,
  };
}
