import { type Usdt, NO_BPS, NO_USDT, add, format, least, subtract } from "#domain/decimal.ts";
import type { Hedge, HedgeEvent } from "#domain/hedge.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import type { FundingPayment } from "#domain/funding.ts";
import { type HedgeId, type InstrumentId, type VenueId, symbolOf } from "#domain/ids.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { Instant } from "#domain/time.ts";
import type { AccountUpdate, MarketUpdate } from "#ports/venue.ts";
import { cashOf, feesOf } from "../accounts/attribution.ts";
import type { Candidate } from "../scanner/candidates.ts";
import { exitReason } from "../scanner/exits.ts";
import { exposureOf } from "../risk/exposure.ts";
import { openHedge } from "./opening.ts";
import type { Direction, Pricing } from "./pricing.ts";
import type { Results } from "./results.ts";
import type { Rooms } from "./rooms.ts";
import type { VenueWatch } from "./venue-watch.ts";

export interface PipelineDeps {
  readonly rooms: Rooms;
  readonly pricing: Pricing;
  readonly results: Results;
  readonly watch: VenueWatch;
}

/** The whole story on one page: a book moves, a hedge may follow, and its fills come home. */
export class Pipeline {
  readonly #rooms: Rooms;
  readonly #pricing: Pricing;
  readonly #results: Results;
  readonly #watch: VenueWatch;
  readonly #lastOpened = new Map<InstrumentId, Instant>();
  readonly #leaving = new Set<HedgeId>();
  #scans = 0;

  constructor({ rooms, pricing, results, watch }: PipelineDeps) {
    this.#rooms = rooms;
    this.#pricing = pricing;
    this.#results = results;
    this.#watch = watch;
  }

  /** Directions looked at since the start. */
  get scans(): number {
    return this.#scans;
  }

  onMarket(update: MarketUpdate): void {
    const { books, conditions, executor } = this.#rooms;
    switch (update.type) {
      case "book":
        books.apply(update.update);
        if (update.update.kind === "gap")
          this.#watch.noteGap(update.update.venue, update.update.instrument, update.update.says);
        this.#look(update.update.instrument);
        executor.nudge();
        return;
      case "best-quote":
        books.note(update.quote);
        this.#look(update.quote.instrument);
        return;
      case "funding":
        conditions.noteFunding(update.funding);
        return;
      case "mark":
        conditions.noteMark(update.venue, update.instrument, update.price);
        return;
      case "stream":
        if (update.state === "down") books.forgetVenue(update.venue);
        this.#watch.stream(update.venue, "public", update.state, update.says);
        return;
      case "bad-frame":
        this.#watch.badFrame(update.venue, update.says);
    }
  }

  onAccount(update: AccountUpdate): void {
    const { executor } = this.#rooms;
    switch (update.type) {
      case "fill":
      case "order":
        if (!executor.hear(update)) this.#foreign(update);
        return;
      case "funding":
        this.onFunding(update.payment);
        return;
      case "position":
        return;
      case "stream":
        this.#watch.stream(update.venue, "private", update.state, update.says);
        return;
      case "bad-frame":
        this.#watch.badFrame(update.venue, update.says);
    }
  }

  /** Shared among every hedge that holds the position; results read it from the accounts. */
  onFunding(payment: FundingPayment): void {
    const { accounts, executor } = this.#rooms;
    accounts.postFunding(payment, executor.hedges());
  }

  /** A hedge has changed: money to the ledger, word to the people. */
  onHedge(hedge: Hedge, event: HedgeEvent): void {
    const { accounts, tell } = this.#rooms;
    const { id, instrument } = hedge.intent;
    if (event.type === "filled") {
      const order = hedge.orders.find(({ request }) => request.id === event.fill.order);
      if (order) {
        accounts.postFill(event.fill, id, order.request.leg);
        this.#pricing.noteFill(event.fill, order.decisionPrice);
      }
    }
    const state = stateOf(hedge);
    const level = state === "stuck" ? "critical" : state === "naked" || state === "frozen" ? "warn" : "info";
    tell({ level, type: "hedge", code: event.type, says: `${id} is ${state}`, hedge: id, instrument, data: { state } });
  }

  #look(instrument: InstrumentId): void {
    this.#leaveIfDue(instrument);
    for (const direction of this.#pricing.directions(instrument)) this.#scan(direction);
  }

  #scan(direction: Direction): void {
    const { candidates, settings, skipped, world } = this.#rooms;
    this.#scans += 1;
    const now = world.clock.now();
    const { instrument } = direction;
    const [long, short] = [direction.long.instrument.venue, direction.short.instrument.venue];
    const skip = (reason: string, says: string | (() => string)): void =>
      skipped.note(reason, now, () => ({ instrument, long, short, says: typeof says === "string" ? says : says() }));
    if (!this.#pricing.mayPay(direction)) {
      this.#ended(candidates.fade({ instrument, long: { venue: long } }), now);
      skip("below_cost", () => this.#pricing.shortOf(direction));
      return;
    }
    const evaluation = this.#pricing.evaluate(direction, this.#wanted(instrument));
    if (evaluation.verdict === "skip") {
      this.#ended(candidates.fade({ instrument, long: { venue: long } }), now);
      skip(evaluation.reason, evaluation.says);
      return;
    }
    const candidate = candidates.see(evaluation.trade);
    const pass = (reason: string, says: string): void => {
      candidates.passOver(candidate, reason);
      skip(reason, says);
    };
    if (!settings().autoLoop) {
      pass("auto_loop_off", "the loop is off: an operator may confirm it");
      return;
    }
    if (now - (this.#lastOpened.get(instrument) ?? -Infinity) < settings().cooldownMs) {
      pass("cooling_down", "a hedge of it was opened a moment ago");
      return;
    }
    const opening = openHedge(this.#rooms, this.#results, {
      trade: evaluation.trade,
      opportunity: candidate.opportunity.id,
      leverage: settings().leverage,
      asker: "automation",
    });
    if (opening.outcome === "refused") {
      const [first] = opening.refusals;
      pass(first.code, `${first.rule}: limit ${first.limit}, would be ${first.observed}`);
      return;
    }
    candidates.take(candidate.opportunity.id);
    this.#lastOpened.set(instrument, now);
  }

  /** A candidate has ended: how good it was, how long it lived, and why it was not taken, for whoever tunes the loop. */
  #ended(candidate: Candidate | null, now: Instant): void {
    if (!candidate) return;
    const { opportunity, bestEdge, firstSeen, taken, passedOver } = candidate;
    const { instrument, long, short } = opportunity;
    const lifetime = Math.round(now - firstSeen);
    const fate = taken ? "taken" : `not taken: ${passedOver ?? "nobody asked"}`;
    this.#rooms.tell({
      level: "info",
      type: "scan",
      code: taken ? "candidate_taken" : "candidate_missed",
      says: `${symbolOf(instrument)} long ${long.venue} short ${short.venue} paid up to ${format(bestEdge)} bps for ${lifetime} ms; ${fate}`,
      instrument,
      data: { id: opportunity.id, best_bps: format(bestEdge), lifetime_ms: lifetime, reason: passedOver },
    });
  }

  /** The notional of the loop's own trades: the setting, within what the limits leave. */
  #wanted(instrument: InstrumentId): Usdt {
    const { executor, settings } = this.#rooms;
    const { limits, orderNotional } = settings();
    const exposure = exposureOf(executor.active(), NO_USDT);
    const symbolCap = limits.maxPositionBySymbol.get(instrument) ?? limits.maxPosition;
    const rooms = [
      limits.maxNotionalPerPosition,
      subtract(limits.maxTotalNotional, exposure.totalNotional),
      ...(symbolCap === null ? [] : [subtract(symbolCap, exposure.notionalBySymbol.get(instrument) ?? NO_USDT)]),
    ];
    const room = rooms.reduce(least);
    // With no room at all the rule itself shall say so, with its numbers.
    return room > NO_USDT ? least(orderNotional, room) : orderNotional;
  }

  #leaveIfDue(instrument: InstrumentId): void {
    const { executor } = this.#rooms;
    for (const hedge of executor.active()) {
      const { id } = hedge.intent;
      if (hedge.intent.instrument !== instrument || stateOf(hedge) !== "hedged" || this.#leaving.has(id)) continue;
      const reason = this.#exitReason(hedge);
      if (reason === null) continue;
      this.#leaving.add(id);
      void executor.leave(id, reason, "automation").then(() => this.#leaving.delete(id));
    }
  }

  #exitReason(hedge: Hedge): ReturnType<typeof exitReason> {
    const { accounts, books, conditions, controller, fees, settings, world } = this.#rooms;
    const { id, instrument, long, short } = hedge.intent;
    const longBook = books.of(long.venue, instrument);
    const shortBook = books.of(short.venue, instrument);
    if (!longBook || !shortBook) return null;
    if (
      !controller.permits("close", long.venue, "automation") ||
      !controller.permits("close", short.venue, "automation")
    ) {
      return null;
    }
    const funding = (venue: VenueId) => conditions.funding(venue, instrument)?.rate ?? NO_BPS;
    return exitReason({
      hedge,
      long: longBook,
      short: shortBook,
      takerLong: fees(long.venue, instrument).taker,
      takerShort: fees(short.venue, instrument).taker,
      cash: add(subtract(cashOf(hedge), feesOf(hedge)), accounts.fundingOf(id)),
      nextFundingBps: this.#stampSoon(longBook, shortBook)
        ? subtract(funding(short.venue), funding(long.venue))
        : NO_BPS,
      settings: settings(),
      now: world.clock.now(),
    });
  }

  /** A stamp inside the window in which we would not open either. */
  #stampSoon(...books: readonly MarketBook[]): boolean {
    const { conditions, settings, world } = this.#rooms;
    const now = world.clock.now();
    return books.some(({ instrument }) => {
      const funding = conditions.funding(instrument.venue, instrument.id);
      return funding !== null && funding.nextAt > now && funding.nextAt - now <= settings().avoidWindowMs;
    });
  }

  #foreign(update: Extract<AccountUpdate, { type: "order" | "fill" }>): void {
    const { controller } = this.#rooms;
    const [venue, id] =
      update.type === "order" ? [update.order.venue, update.order.id] : [update.fill.venue, update.fill.order];
    const forced = id === "" || /^(autoclose-|adl_autoclose|settlement_autoclose-)/.test(id);
    if (forced) controller.hold("forced_close", `${venue} closed a position of ours by itself`);
    else controller.hold("foreign_order", `${venue} reports order ${id}, which is none of ours`);
  }
}
