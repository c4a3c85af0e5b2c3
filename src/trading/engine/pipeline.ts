import { assert } from "#domain/assert.ts";
import { type Usdt, NO_USDT, format, least, subtract } from "#domain/decimal.ts";
import type { Hedge, HedgeEvent } from "#domain/hedge.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import type { Fill } from "#domain/fill.ts";
import type { FundingPayment } from "#domain/funding.ts";
import { type InstrumentId, type VenueId, symbolOf } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { Instant } from "#domain/time.ts";
import type { AccountUpdate, MarketListener, MarketUpdate } from "#ports/venue.ts";
import type { Candidate } from "../scanner/candidates.ts";
import type { Tally } from "../scanner/skipped.ts";
import { exposureOf } from "../risk/exposure.ts";
import { isForced, isForcedName } from "../hedge/forced-close.ts";
import { openHedge } from "./opening.ts";
import type { Direction } from "./direction.ts";
import { FundingWatch } from "./funding-watch.ts";
import { Leaving } from "./leaving.ts";
import type { Pricing } from "./pricing.ts";
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
  readonly #leaving: Leaving;
  readonly #funding: FundingWatch;
  readonly #belowCost: Tally;
  #scans = 0;
  #lookedAt = Number.NaN;

  constructor({ rooms, pricing, results, watch }: PipelineDeps) {
    this.#rooms = rooms;
    this.#pricing = pricing;
    this.#results = results;
    this.#watch = watch;
    this.#leaving = new Leaving(rooms);
    this.#funding = new FundingWatch(rooms);
    this.#belowCost = rooms.skipped.tally("below_cost");
  }

  /** The heartbeat: every pair is looked at, whether or not its books have moved. */
  beat(): void {
    const { books, pairs, world } = this.#rooms;
    const now = world.clock.now();
    for (const { id, listings } of pairs()) {
      const book = books.of(listings[0].venue, id);
      if (book !== undefined) this.#look(book, now);
    }
  }

  /** When a book was last looked at; null before the first. */
  get lookedAt(): Instant | null {
    return Number.isNaN(this.#lookedAt) ? null : (this.#lookedAt as Instant);
  }

  /** Directions looked at since the start. */
  get scans(): number {
    return this.#scans;
  }

  /** For a subscription to these: each one's book is looked up once, not at every update. */
  hearing(venue: VenueId, listings: readonly Instrument[]): MarketListener {
    const gaps = this.#rooms.gaps.get(venue);
    assert(gaps !== undefined, "a venue that is not followed");
    const own = listings.map(({ venue, id }) => this.#rooms.books.of(venue, id));
    return (update, place) => {
      if (update.type === "book") gaps.note(update.update.at);
      else if (update.type === "best-quote") gaps.note(update.quote.at);
      this.onMarket(update, place === undefined ? undefined : own[place]);
    };
  }

  /** @param known the book of the update's instrument, when whoever calls has it at hand */
  onMarket(update: MarketUpdate, known?: MarketBook): void {
    const { books, conditions, executor } = this.#rooms;
    switch (update.type) {
      case "book": {
        const { venue, instrument, kind, at } = update.update;
        const book = known ?? books.of(venue, instrument);
        if (book === undefined) return;
        book.apply(update.update);
        if (kind === "gap") this.#watch.noteGap(venue, instrument, update.update.says);
        this.#look(book, at);
        if (!executor.idle) executor.nudge();
        return;
      }
      case "best-quote": {
        const { venue, instrument, at } = update.quote;
        const book = known ?? books.of(venue, instrument);
        if (book === undefined) return;
        book.note(update.quote);
        this.#look(book, at);
        return;
      }
      case "funding":
        this.#funding.note(update.funding);
        this.#pricing.noteFunding(update.funding.instrument);
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
      case "silent":
        this.#watch.silent(update.venue, update.says);
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

  /** A trade by which a venue closed what a hedge held: the other leg follows it, and a person is called. */
  onForced(fill: Fill): boolean {
    const { controller, executor, tell } = this.#rooms;
    if (!isForced(fill) || !executor.force(fill)) return false;
    const { venue, instrument, quantity, side } = fill;
    const says = `${venue} closed ${format(quantity)} of ${instrument} by itself, with a ${side}: the other leg is taken down to it`;
    controller.hold("forced_close", says);
    tell({ level: "critical", type: "risk", code: "forced_close", says, venue, instrument });
    return true;
  }

  /** A hedge has changed: money to the ledger, word to the people. */
  onHedge(hedge: Hedge, event: HedgeEvent): void {
    const { accounts, tell } = this.#rooms;
    const { id, instrument } = hedge.intent;
    if (event.type === "forced") accounts.postFill(event.fill, id, event.leg);
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

  /** Most looks end at a pair that is quiet: up to there nothing is made and no clock is read. */
  #look(book: MarketBook, at: Instant): void {
    this.#lookedAt = at;
    if (!this.#rooms.executor.idle) this.#leaving.leaveIfDue(book.instrument.id, at);
    if (this.#pricing.isQuiet(book, at)) {
      this.#scans += 2;
      // Two directions, and an example of one at the most.
      const wanted = this.#belowCost.note(at);
      this.#belowCost.note(at);
      if (wanted) this.#illustrate(this.#pricing.directions(book.instrument.id)[0], at);
      return;
    }
    const directions = this.#pricing.directions(book.instrument.id);
    for (let index = 0; index < directions.length; index += 1) {
      const direction = directions[index] as Direction;
      this.#scans += 1;
      if (this.#pricing.mayPay(direction, at)) this.#scan(direction);
      else this.#passBelowCost(direction, at);
    }
    this.#pricing.learnQuiet(directions);
  }

  #passBelowCost(direction: Direction, at: Instant): void {
    if (direction.paying) this.#fade(direction, at);
    if (this.#belowCost.note(at)) this.#illustrate(direction, at);
  }

  #illustrate(direction: Direction | undefined, at: Instant): void {
    if (!direction) return;
    const { instrument, long, short } = direction;
    const says = this.#pricing.shortOf(direction);
    this.#belowCost.illustrate({ at, instrument, long: long.instrument.venue, short: short.instrument.venue, says });
  }

  #fade(direction: Direction, now: Instant): void {
    direction.paying = false;
    const { instrument, long } = direction;
    this.#ended(this.#rooms.candidates.fade({ instrument, long: { venue: long.instrument.venue } }), now);
  }

  #scan(direction: Direction): void {
    const { candidates, settings, skipped, world } = this.#rooms;
    const now = world.clock.now();
    const { instrument } = direction;
    const [long, short] = [direction.long.instrument.venue, direction.short.instrument.venue];
    const skip = (reason: string, says: string): void =>
      skipped.note(reason, now, () => ({ instrument, long, short, says }));
    const evaluation = this.#pricing.evaluate(direction, this.#wanted(instrument));
    if (evaluation.verdict === "skip") {
      if (direction.paying) this.#fade(direction, now);
      skip(evaluation.reason, evaluation.says);
      return;
    }
    direction.paying = true;
    const candidate = candidates.see(evaluation.trade);
    const pass = (reason: string, says: string): void => {
      candidates.passOver(candidate, reason);
      skip(reason, says);
    };
    if (!settings().autoLoop) {
      pass("auto_loop_off", "the loop is off: an operator may confirm it");
      return;
    }
    const { loopPairs, loopVenues } = settings();
    if (loopPairs.length > 0 && !loopPairs.includes(instrument)) {
      pass("not_in_loop", `the loop trades ${loopPairs.map(symbolOf).join(", ")} only`);
      return;
    }
    if (loopVenues.length > 0 && !(loopVenues.includes(long) && loopVenues.includes(short))) {
      pass("not_in_loop", `the loop trades on ${loopVenues.join(", ")} only`);
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

  #foreign(update: Extract<AccountUpdate, { type: "order" | "fill" }>): void {
    const { controller } = this.#rooms;
    const [venue, id] =
      update.type === "order" ? [update.order.venue, update.order.id] : [update.fill.venue, update.fill.order];
    if (isForcedName(id)) {
      controller.hold("forced_close", `${venue} closed a position of ours by itself`);
      if (update.type === "fill") this.onForced(update.fill);
    } else controller.hold("foreign_order", `${venue} reports order ${id}, which is none of ours`);
  }
}
