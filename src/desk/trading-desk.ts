import type { z } from "zod";
import type { executeAnswer, opportunity, position } from "#contract/trading.ts";
import { assert } from "#domain/assert.ts";
import { type Usdt, subtract, toNumber } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import { type HedgeId, type InstrumentId, type OpportunityId } from "#domain/ids.ts";
import type { Opportunity } from "#domain/opportunity.ts";
import { type Refusal, assess, describeRefusal } from "#domain/risk.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { openHedge } from "#trading/engine/opening.ts";
import { riskContext } from "#trading/engine/risk-context.ts";
import { riskRules } from "#trading/risk/rules.ts";
import type { Candidate } from "#trading/scanner/candidates.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { gateRefusal } from "./gate-refusal.ts";
import { type PricingDesk, type Priced, toUsdt } from "./pricing-desk.ts";
import { legFailed } from "./told.ts";
import { edgeWords, opportunityWords, orderWords, positionWords } from "./words.ts";

export interface ExecuteAsk {
  readonly symbol: string;
  /** Price units. */
  readonly minSpread: number;
  readonly notional: number;
  readonly leverage: number;
  /** Of the key it was asked with. */
  readonly claim?: string | undefined;
}

type Executed = z.infer<typeof executeAnswer>;

/** How long a person waits for both legs. What takes longer goes on, and shows in the positions. */
const PATIENCE_MS = 10_000;

/** Opening and closing, as people ask for it. The rules are the loop's own. */
export class TradingDesk {
  readonly #engine: Engine;
  readonly #pricing: PricingDesk;

  constructor(engine: Engine, pricing: PricingDesk) {
    this.#engine = engine;
    this.#pricing = pricing;
  }

  async execute(ask: ExecuteAsk): Promise<DeskAnswer<Executed>> {
    const instrument = this.#pricing.instrument(ask.symbol);
    if (!instrument.ok) return instrument;
    const notional = toUsdt(ask.notional);
    if (notional === null || notional <= 0n)
      return refused(400, "invalid_notional", "notion_usdt must be an amount of USDT above 0");
    const early = gateRefusal(this.#engine.rooms) ?? this.#riskRefusal(instrument.value, notional, ask.leverage);
    if (early) return early;
    const priced = this.#pricing.price(instrument.value, notional);
    const trade = this.#tradeOf(priced, ask.symbol);
    if (!trade.ok) return trade;
    if (toNumber(trade.value.spread) < ask.minSpread) {
      return refused(
        400,
        "spread_below_threshold",
        `the spread is ${toNumber(trade.value.spread)}, wanted ${ask.minSpread}`,
      );
    }
    const leverage = await this.#setLeverage(instrument.value, ask.leverage);
    if (!leverage.ok) return leverage;
    // Asking the venues took a moment: what is traded is what the books say now.
    return this.#open({ ...ask, instrument: instrument.value, notional, opportunity: null });
  }

  /** Takes an opportunity by its id: once, and only while it still pays what it showed, within the tolerance. */
  async confirm(id: string, claim?: string): Promise<DeskAnswer<Executed & { opportunity_id: string }>> {
    const { candidates, settings, world } = this.#engine.rooms;
    const candidate = candidates.find(id as OpportunityId, world.clock.now());
    if (!candidate) return refused(404, "opportunity_not_found", "no such opportunity, or it has passed");
    if (candidate.taken) return refused(409, "opportunity_taken", "this opportunity was taken already");
    const { opportunity: shown } = candidate;
    const blocked =
      gateRefusal(this.#engine.rooms) ?? this.#riskRefusal(shown.instrument, shown.long.notional, settings().leverage);
    if (blocked) return blocked;
    const floor = subtract(candidate.issuedEdge, settings().confirmToleranceBps);
    const priced = this.#pricing.price(shown.instrument, shown.long.notional);
    const trade = this.#tradeOf(priced, shown.instrument);
    if (!trade.ok) return trade;
    const same = trade.value.long.venue === shown.long.venue;
    if (!same || trade.value.edge.allInBps < floor) {
      const now = same ? `${toNumber(trade.value.edge.allInBps)} bps all-in` : "the other way round";
      return refused(400, "spread_below_threshold", `it is ${now}, shown were ${toNumber(candidate.issuedEdge)} bps`);
    }
    if (!candidates.take(shown.id)) return refused(409, "opportunity_taken", "this opportunity was taken already");
    const executed = await this.#open({
      instrument: shown.instrument,
      notional: shown.long.notional,
      leverage: settings().leverage,
      minSpread: -Infinity,
      opportunity: shown.id,
      claim,
    });
    return executed.ok ? done({ ...executed.value, opportunity_id: id }) : executed;
  }

  async close(id: string): Promise<DeskAnswer<{ closed: boolean; position: z.infer<typeof position> }>> {
    const { executor } = this.#engine.rooms;
    const hedge = executor.find(id as HedgeId);
    if (!hedge) return refused(404, "position_not_found", "there is no such position");
    const state = stateOf(hedge);
    if (state === "closed" || state === "aborted") return done({ closed: true, position: this.#position(hedge) });
    if (state !== "hedged" && state !== "stuck")
      return refused(409, "position_busy", `${id} is ${state}; try again in a moment`);
    const left = await this.#patiently(executor.leave(hedge.intent.id, "operator", "operator"));
    const now = left ?? executor.find(hedge.intent.id) ?? hedge;
    return done({ closed: stateOf(now) === "closed", position: this.#position(now) });
  }

  best(): { readonly last: z.infer<typeof opportunity> | null; readonly status: "allowed" | "blocked_by_risk" } {
    const { candidates, world } = this.#engine.rooms;
    const best = candidates.best(world.clock.now());
    if (!best) return { last: null, status: "blocked_by_risk" };
    const last = this.#words(best);
    return { last, status: last.blocked_reason === undefined ? "allowed" : "blocked_by_risk" };
  }

  opportunities(limit: number): readonly z.infer<typeof opportunity>[] {
    const { candidates, world } = this.#engine.rooms;
    return candidates
      .current(world.clock.now())
      .slice(0, limit)
      .map((candidate) => this.#words(candidate));
  }

  #words(candidate: Candidate): z.infer<typeof opportunity> {
    const { settings, world } = this.#engine.rooms;
    const { opportunity: trade } = candidate;
    const blocked =
      gateRefusal(this.#engine.rooms) ?? this.#riskRefusal(trade.instrument, trade.long.notional, settings().leverage);
    return opportunityWords(trade, {
      leverage: settings().leverage,
      minSpread: 0,
      lifetimeMs: world.clock.now() - candidate.firstSeen,
      blocked: blocked ? blocked.refusal.code : null,
    });
  }

  async #open(given: {
    readonly instrument: InstrumentId;
    readonly notional: Usdt;
    readonly leverage: number;
    readonly minSpread: number;
    readonly opportunity: OpportunityId | null;
    readonly claim?: string | undefined;
  }): Promise<DeskAnswer<Executed>> {
    const { instrument, notional, leverage, minSpread, opportunity, claim } = given;
    const priced = this.#pricing.price(instrument, notional);
    const trade = this.#tradeOf(priced, instrument);
    if (!trade.ok) return trade;
    if (!priced || toNumber(trade.value.spread) < minSpread) {
      return refused(
        400,
        "spread_below_threshold",
        `the spread fell to ${toNumber(trade.value.spread)}, wanted ${minSpread}`,
      );
    }
    const opening = openHedge(this.#engine.rooms, this.#engine.results, {
      trade: trade.value,
      opportunity,
      claim,
      leverage,
      asker: "operator",
    });
    if (opening.outcome === "refused") return refusal(opening.refusals[0]);
    const opened = await this.#patiently(opening.done);
    const hedge = opened ?? this.#engine.rooms.executor.find(opening.id);
    if (!hedge) return refused(502, "hedge_lost", `hedge ${opening.id} cannot be found; look at the positions`);
    const state = stateOf(hedge);
    if (state === "aborted" || state === "closed" || state === "stuck") return legFailed(hedge);
    return done(this.#executed(hedge, trade.value, priced));
  }

  #executed(hedge: Hedge, trade: Omit<Opportunity, "id">, priced: Priced): Executed {
    const [long, short] = hedge.orders;
    assert(long !== undefined && short !== undefined, "a hedge has two first orders");
    const place = this.#position(hedge);
    return {
      success: true,
      symbol: place.symbol,
      spread: toNumber(trade.spread),
      spread_bps: toNumber(trade.spreadBps),
      cheap_exchange: trade.long.venue,
      expensive_exchange: trade.short.venue,
      long_order: orderWords(hedge, long),
      short_order: orderWords(hedge, short),
      details: { edge: edgeWords(trade), size: this.#pricing.sizeOf(priced.direction, trade), state: stateOf(hedge) },
      position: place,
    };
  }

  #position(hedge: Hedge): z.infer<typeof position> {
    return positionWords(hedge, this.#engine.results.of(hedge));
  }

  /** A trade that can be priced. An operator's own threshold decides whether it pays; the books decide whether it can be done. */
  #tradeOf(priced: Priced | null, name: string): DeskAnswer<Omit<Opportunity, "id">> {
    if (!priced) return refused(400, "book_unsynced", `no books of ${name} yet`);
    const { evaluation } = priced;
    if (evaluation.verdict === "viable") return done(evaluation.trade);
    if (evaluation.trade && evaluation.reason === "below_cost") return done(evaluation.trade);
    return refused(400, evaluation.reason, evaluation.says);
  }

  #riskRefusal(instrument: InstrumentId, notional: Usdt, leverage: number): ReturnType<typeof refused> | null {
    const { rooms, results } = this.#engine;
    const { venues } = rooms.world;
    // The quantity and the direction are not known before the books are asked; the rules that need them are asked again then.
    const intent = {
      instrument,
      notional,
      leverage,
      quantity: 0n as never,
      venues: [venues[0].id, venues[1].id],
    } as const;
    const context = riskContext(rooms, intent, results.today());
    const [first] = assess(riskRules, { ...context, funding: { long: null, short: null } });
    return first ? refusal(first) : null;
  }

  /** Both venues get the leverage that was asked for, unless a hedge of the symbol already stands on another one. */
  async #setLeverage(instrument: InstrumentId, leverage: number): Promise<DeskAnswer<null>> {
    const { executor, pairs, reads, world } = this.#engine.rooms;
    if (!Number.isInteger(leverage)) return refused(400, "leverage_limit_exceeded", "leverage must be a whole number");
    if (world.venues.every(({ id }) => reads.leverage(id, instrument)?.leverage === leverage)) return done(null);
    const standing = executor.active().find(({ intent }) => intent.instrument === instrument);
    if (standing) {
      return refused(
        400,
        "leverage_in_use",
        `${standing.intent.id} stands at ${standing.intent.leverage}×; close it or use that`,
      );
    }
    const pair = pairs().find(({ id }) => id === instrument);
    for (const [index, venue] of world.venues.entries()) {
      const listing = pair?.listings[index === 0 ? 0 : 1];
      if (!listing) continue;
      const answer = await venue.account.prepare(listing, leverage);
      if (answer.outcome === "fault") return refused(502, "leverage_not_set", `${venue.id}: ${answer.fault.says}`);
      reads.noteLeverage(venue.id, instrument, answer.value.leverage);
      if (answer.value.leverage !== leverage)
        return refused(502, "leverage_not_set", `${venue.id} reads back ${answer.value.leverage}×, not ${leverage}×`);
    }
    return done(null);
  }

  #patiently(work: Promise<Hedge | null>): Promise<Hedge | null> {
    return Promise.race([work, this.#engine.rooms.world.clock.sleep(PATIENCE_MS).then(() => null)]);
  }
}

function refusal(first: Refusal): ReturnType<typeof refused> {
  const control = first.code === "safe_mode" || first.code === "hold_active" || first.code === "dry_run";
  return refused(control ? 403 : 400, first.code, describeRefusal(first));
}
