import { assert } from "#domain/assert.ts";
import type { Act, Asker } from "#domain/control.ts";
import { type Bps, format } from "#domain/decimal.ts";
import { type VenueFault, describeFault } from "#domain/fault.ts";
import type { ExitReason, Hedge, HedgeEvent, HedgeIntent, PreparedOrder } from "#domain/hedge.ts";
import {
  advance,
  beginHedge,
  fillsComplete,
  isFinished,
  isTerminal,
  liveOrders,
  nakedLeg,
  nextAttempt,
  stateOf,
} from "#domain/hedge-machine.ts";
import { type ClientOrderId, type HedgeId, type LegName, type VenueId, clientOrderId } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import type { Settings } from "#domain/settings.ts";
import { after } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Journal, JournalEntry, Receipt } from "#ports/journal.ts";
import type { AccountUpdate, SubmitOutcome, Venue } from "#ports/venue.ts";
import { prepareExit } from "./exit-orders.ts";
import { ORDER_LIFE_MS } from "./intent.ts";
import { type RecoveryBook, type RecoveryDecision, decideRecovery } from "./recovery-policy.ts";
import { Resolution } from "./resolution.ts";
import { Roster, type Running, orderOf } from "./roster.ts";

export interface ExecutorDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly venues: ReadonlyMap<VenueId, Venue>;
  readonly settings: () => Settings;
  readonly permits: (act: Act, venue: VenueId, asker: Asker) => boolean;
  readonly book: (venue: VenueId, intent: HedgeIntent) => RecoveryBook;
  readonly takerBps: (venue: VenueId, intent: HedgeIntent) => Bps;
  readonly streamUp: (venue: VenueId) => boolean;
  /** Something went wrong that a person must know of: HOLD. */
  readonly alarm: (code: string, says: string, hedge: Hedge | null) => void;
  /** A venue refused us as a whole. */
  readonly stopVenue: (venue: VenueId, fault: VenueFault) => void;
  /** A hedge has changed. Called after the fact, in order. */
  readonly changed: (hedge: Hedge, event: HedgeEvent) => void;
}

/** How long an answer without its fills may wait for the private stream before we ask. */
const FILLS_GRACE_MS = 150;
/** How soon a recovery that has to wait looks again. */
const RECOVERY_PAUSE_MS = 50;
/** How long recovery leaves a venue alone that would not take its order; twice as long each time. */
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 1_600;
/** Legs that differ for this long are an alarm, whoever is at fault. */
const UNEVEN_ALARM_MS = 2_000;
/** A way out that was taken for its price is tried once at that price; any other reaches deeper each round. */
const closeRounds = (reason: ExitReason): number => (reason === "target" || reason === "funding_flip" ? 1 : 3);

/** Writes down, advances, carries out: in this order. The one place from which orders leave. */
export class HedgeExecutor {
  readonly #deps: ExecutorDeps;
  readonly #roster = new Roster();
  readonly #resolution: Resolution;
  #closed = false;
  #changes = 0;

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    this.#resolution = new Resolution({
      clock: deps.clock,
      venue: (id) => this.#venue(id),
      streamUp: deps.streamUp,
      unknownHoldMs: () => deps.settings().unknownHoldMs,
      record: (running, event) => this.#record(running, event),
      alarm: (code, says, { hedge }) => deps.alarm(code, says, hedge),
    });
  }

  /** Hedges that are not finished. */
  active(): readonly Hedge[] {
    return this.#roster.active().map(({ hedge }) => hedge);
  }

  /** Counts every change of every hedge: two equal readings mean that nothing moved in between. */
  get changes(): number {
    return this.#changes;
  }

  /** Every hedge at hand, finished ones included, oldest first. */
  hedges(): readonly Hedge[] {
    return this.#roster.all().map(({ hedge }) => hedge);
  }

  find(id: HedgeId): Hedge | undefined {
    return this.#roster.of(id)?.hedge;
  }

  /** Stops asking and sending. What is in flight is found again from the journal. */
  close(): void {
    this.#closed = true;
    this.#resolution.close();
  }

  /**
   * Opens a hedge that every risk rule has passed. It counts in every limit from this very step.
   * Resolves when both legs stand, when nothing is left of it, or when a person must look.
   */
  async open(intent: HedgeIntent): Promise<Hedge> {
    const running = this.#roster.adopt(beginHedge(intent, this.#deps.clock.now()));
    running.writing = true;
    this.#deps.changed(running.hedge, { type: "intended", intent });
    const receipt = await this.#write(running, { type: "intended", intent });
    running.writing = false;
    // Both or none: a gate that closed while we wrote must not let half a hedge out.
    const open = [intent.long, intent.short].every(({ act, venue, asker }) => this.#deps.permits(act, venue, asker));
    if (receipt && open && !this.#closed) this.#send(running, [intent.long, intent.short], receipt);
    else this.#abandon(running, receipt ? "gate" : "journal");
    return this.#standing(running);
  }

  /** Closes both legs, reduce-only and together. Resolves like `open`. */
  async leave(id: HedgeId, reason: ExitReason, asker: Asker): Promise<Hedge | null> {
    const running = this.#roster.of(id);
    if (!running || running.finished || this.#closed) return null;
    running.asker = asker;
    const state = stateOf(running.hedge);
    if (state === "stuck") {
      running.nakedSince = null;
      running.forgiven = running.hedge.orders.length;
      this.#record(running, { type: "released", says: `${asker} asked to close` });
    } else if (state === "hedged" && !running.writing && running.closing === null) {
      running.closing = { reason, rounds: 0 };
      this.#closeRound(running);
    }
    return this.#standing(running);
  }

  /** What the venue's private stream said. False when it is about no order of ours. */
  hear(update: Extract<AccountUpdate, { type: "order" | "fill" }>): boolean {
    const id = update.type === "order" ? update.order.id : update.fill.order;
    const running = this.#roster.byOrder(id);
    if (!running) return false;
    if (update.type === "fill") {
      this.#record(running, { type: "filled", fill: update.fill });
    } else {
      const { venueOrderId, status, filled, at } = update.order;
      this.#record(running, { type: "order-reported", order: id, venueOrderId, status, filled, at });
    }
    return true;
  }

  /** Takes up what the journal remembers. Orders without a known end are asked about, whatever was last heard. */
  async resume(entries: AsyncIterable<JournalEntry>): Promise<void> {
    for await (const { hedge: id, at, event } of entries) {
      const known = this.#roster.of(id);
      if (known) {
        known.hedge = advance(known.hedge, event, at);
        this.#roster.index(known.hedge);
        if (event.type === "released") known.forgiven = known.hedge.orders.length;
      } else if (event.type === "intended") {
        this.#roster.adopt(beginHedge(event.intent, at));
      }
    }
    for (const running of this.#roster.all()) {
      for (const { request } of liveOrders(running.hedge)) {
        this.#record(running, { type: "order-unknown", order: request.id, says: "the process was restarted" });
      }
      this.#drive(running);
    }
  }

  /** Tries again to write what the disk has refused. */
  writeDown(): void {
    for (const running of this.#roster.all()) if (running.refused) this.#catchUp(running);
  }

  /** A book or a stream came back: whatever waited for it may go on. */
  nudge(): void {
    for (const running of this.#roster.active()) if (running.nakedSince !== null) this.#drive(running);
  }

  #record(running: Running, event: HedgeEvent): void {
    if (this.#closed) return;
    const before = running.hedge;
    const next = advance(before, event, this.#deps.clock.now());
    if (!differs(before, next)) return;
    running.hedge = next;
    this.#changes += 1;
    this.#roster.index(next);
    this.#roster.revive(running);
    void this.#write(running, event);
    this.#deps.changed(next, event);
    this.#drive(running);
  }

  /** Null when it could not be written; the alarm has been raised. */
  #write(running: Running, event: HedgeEvent): Promise<Receipt | null> {
    const entry = { hedge: running.hedge.intent.id, at: this.#deps.clock.now(), event };
    if (running.refused) {
      // What the disk refused comes first: a fact about an order could not be read back without the order.
      running.unwritten.push(entry);
      this.#catchUp(running);
      return Promise.resolve(null);
    }
    return this.#deps.journal.append([entry]).then(
      (receipt) => receipt,
      (reason: unknown) => {
        running.refused = true;
        running.unwritten.push(entry);
        this.#diskAlarm(running, reason);
        return null;
      },
    );
  }

  #catchUp(running: Running): void {
    if (running.catchingUp || this.#closed) return;
    const entries = running.unwritten.splice(0);
    running.refused = entries.length > 0;
    if (!running.refused) return;
    running.catchingUp = true;
    void this.#deps.journal.append(entries).then(
      () => {
        running.catchingUp = false;
        this.#catchUp(running);
      },
      (reason: unknown) => {
        running.catchingUp = false;
        running.unwritten.unshift(...entries);
        this.#diskAlarm(running, reason);
      },
    );
  }

  #diskAlarm({ hedge }: Running, reason: unknown): void {
    this.#deps.alarm("disk", `the journal could not be written: ${String(reason)}`, hedge);
  }

  #abandon(running: Running, code: "gate" | "journal"): void {
    const says = code === "gate" ? "control forbade it before anything left" : "it could not be written down";
    for (const { request } of liveOrders(running.hedge)) {
      this.#record(running, { type: "order-dead", order: request.id, code, says });
    }
  }

  /** Both legs leave in the same step: the second never waits for the first. */
  #send(running: Running, requests: readonly OrderRequest[], receipt: Receipt): void {
    for (const request of requests) {
      this.#deps.clock.after(this.#deps.settings().legDeadlineMs, () => this.#overdue(running, request.id));
      void this.#venue(request.venue)
        .trading.submit(request, receipt)
        .then((outcome) => this.#answered(running, request, outcome));
    }
  }

  #answered(running: Running, request: OrderRequest, outcome: SubmitOutcome): void {
    const order = request.id;
    if (outcome.outcome === "accepted") {
      running.turnedAway = 0;
      const { venueOrderId, status, filled, at } = outcome.order;
      this.#record(running, { type: "order-reported", order, venueOrderId, status, filled, at });
    } else if (outcome.outcome === "withheld") {
      this.#record(running, { type: "order-dead", order, code: "gate", says: "control forbade it at the write" });
    } else if (outcome.fault.kind === "outcome-unknown") {
      this.#record(running, { type: "order-unknown", order, says: outcome.fault.says });
    } else {
      const { fault } = outcome;
      this.#turnedAway(running, request.act);
      this.#record(running, { type: "order-dead", order, code: fault.kind, says: describeFault(fault) });
      if (fault.kind === "venue-stop") this.#deps.stopVenue(request.venue, fault);
    }
  }

  /** Asking again at once what was just refused only burns the tries. */
  #turnedAway(running: Running, act: Act): void {
    if (act === "open") return;
    const pause = Math.min(FIRST_BACKOFF_MS * 2 ** running.turnedAway, LONGEST_BACKOFF_MS);
    running.turnedAway += 1;
    running.notBefore = after(this.#deps.clock.now(), pause);
  }

  /** The deadline of one order: whatever has not ended by now is asked about. */
  #overdue(running: Running, id: ClientOrderId): void {
    const order = orderOf(running.hedge, id);
    if (!order || this.#closed) return;
    if (order.state === "prepared") {
      this.#record(running, { type: "order-unknown", order: id, says: "no word from the venue by the deadline" });
    }
    if (!isTerminal(order.state) || !fillsComplete(order)) void this.#resolution.settle(running, id);
  }

  /** What the hedge asks for now. Called after every change; asks for nothing twice. */
  #drive(running: Running): void {
    if (this.#closed || running.writing) return;
    this.#chase(running);
    const state = stateOf(running.hedge);
    this.#watchUneven(running);
    // While an order is unknown nothing may be done: the deadline of doing begins when it is known.
    if (state !== "naked" && state !== "unwinding" && state !== "completing") running.nakedSince = null;
    if (state === "naked") this.#recover(running);
    else if (state === "hedged" && running.closing !== null) this.#closeRound(running);
    else if (state === "hedged" || state === "stuck") this.#answerWaiting(running);
    else if (isFinished(running.hedge)) this.#finish(running);
  }

  /** Unknown orders, and ends without all their fills, are asked about. */
  #chase(running: Running): void {
    for (const order of running.hedge.orders) {
      if (order.state === "unknown") void this.#resolution.settle(running, order.request.id);
      else if (isTerminal(order.state) && !fillsComplete(order)) {
        this.#deps.clock.after(FILLS_GRACE_MS, () => void this.#resolution.settle(running, order.request.id));
      }
    }
  }

  /** Uneven legs that do not come home at once are said aloud, even while everything is being done about them. */
  #watchUneven(running: Running): void {
    const { clock, alarm } = this.#deps;
    if (nakedLeg(running.hedge) === null) {
      running.unevenSince = null;
      return;
    }
    if (running.unevenSince !== null) return;
    const since = clock.now();
    running.unevenSince = since;
    clock.after(UNEVEN_ALARM_MS, () => {
      const naked = nakedLeg(running.hedge);
      if (this.#closed || running.unevenSince !== since || naked === null) return;
      const { id, instrument, [naked.leg]: leg } = running.hedge.intent;
      const excess = `${(naked.leg === "long") === naked.turned ? "-" : "+"}${format(naked.quantity)}`;
      alarm(
        "delta",
        `${instrument} on ${leg.venue} is off by ${excess} for ${UNEVEN_ALARM_MS} ms: hedge ${id}`,
        running.hedge,
      );
    });
  }

  #look(running: Running, inMs: number): void {
    if (running.retry !== null) return;
    running.retry = this.#deps.clock.after(inMs, () => {
      running.retry = null;
      this.#drive(running);
    });
  }

  #recover(running: Running): void {
    const { clock, settings, permits, book, takerBps, alarm } = this.#deps;
    const { hedge } = running;
    running.nakedSince ??= clock.now();
    if (running.notBefore !== null && clock.now() < running.notBefore) {
      this.#look(running, running.notBefore - clock.now());
      return;
    }
    const venueOf = (leg: LegName): VenueId => hedge.intent[leg].venue;
    const decision = decideRecovery({
      hedge,
      books: { long: book(venueOf("long"), hedge.intent), short: book(venueOf("short"), hedge.intent) },
      permits: (act, venue) => permits(act, venue, running.asker),
      settings: settings(),
      takerBps: (leg) => takerBps(venueOf(leg), hedge.intent),
      nakedMs: clock.now() - running.nakedSince,
      forgiven: running.forgiven,
    });
    if (decision.act === "wait") {
      this.#look(running, RECOVERY_PAUSE_MS);
    } else if (decision.act === "stop") {
      this.#record(running, { type: "stuck", says: `${decision.code}: ${decision.says}` });
      alarm("leg_failed", `hedge ${hedge.intent.id} is naked and cannot be recovered: ${decision.says}`, hedge);
    } else {
      void this.#sendRecovery(running, decision);
    }
  }

  async #sendRecovery(
    running: Running,
    decision: Extract<RecoveryDecision, { act: "complete" | "unwind" }>,
  ): Promise<void> {
    const { hedge } = running;
    const plan = decision.leg === "long" ? hedge.intent.long : hedge.intent.short;
    const request: OrderRequest = {
      ...plan,
      id: clientOrderId(hedge.intent.id, decision.leg, nextAttempt(hedge, decision.leg)),
      act: decision.act,
      asker: running.asker,
      side: decision.side,
      quantity: decision.quantity,
      limitPrice: decision.limitPrice,
      reduceOnly: decision.act === "unwind",
      expiresAt: after(this.#deps.clock.now(), ORDER_LIFE_MS),
    };
    const decisionPrice = lastDecisionPrice(hedge, decision.leg);
    const order: PreparedOrder = { request, decisionPrice };
    await this.#prepareAndSend(running, [request], {
      type: "recovery-prepared",
      order,
      reference: decision.reference,
      says: decision.says,
    });
  }

  #closeRound(running: Running): void {
    const { closing, hedge } = running;
    if (!closing || running.writing) return;
    const exit = closing.rounds < closeRounds(closing.reason) ? this.#exitOrders(running, closing.rounds) : null;
    if (!exit) {
      running.closing = null;
      this.#answerWaiting(running);
      return;
    }
    closing.rounds += 1;
    const requests = exit.orders.map(({ request }) => request);
    if (!requests.every(({ act, venue, asker }) => this.#deps.permits(act, venue, asker))) {
      running.closing = null;
      this.#answerWaiting(running);
      return;
    }
    void this.#prepareAndSend(running, requests, {
      type: "exit-prepared",
      reason: hedge.exit?.reason ?? closing.reason,
      prices: exit.prices,
      orders: exit.orders,
    });
  }

  #exitOrders(running: Running, round: number): ReturnType<typeof prepareExit> {
    const { hedge } = running;
    const books = {
      long: this.#deps.book(hedge.intent.long.venue, hedge.intent),
      short: this.#deps.book(hedge.intent.short.venue, hedge.intent),
    };
    return prepareExit({
      hedge,
      books,
      round,
      asker: running.asker,
      settings: this.#deps.settings(),
      now: this.#deps.clock.now(),
    });
  }

  async #prepareAndSend(running: Running, requests: readonly OrderRequest[], event: HedgeEvent): Promise<void> {
    running.writing = true;
    running.hedge = advance(running.hedge, event, this.#deps.clock.now());
    this.#roster.index(running.hedge);
    this.#deps.changed(running.hedge, event);
    const receipt = await this.#write(running, event);
    running.writing = false;
    if (this.#closed) return;
    if (receipt) return this.#send(running, requests, receipt);
    this.#turnedAway(running, "unwind");
    this.#abandon(running, "journal");
  }

  #finish(running: Running): void {
    if (running.finished) return;
    running.closing = null;
    this.#roster.retire(running);
    this.#deps.journal.finish(running.hedge.intent.id);
    this.#answerWaiting(running);
  }

  #answerWaiting(running: Running): void {
    for (const resolve of running.waiting.splice(0)) resolve(running.hedge);
  }

  #standing(running: Running): Promise<Hedge> {
    const state = stateOf(running.hedge);
    const still = running.finished || state === "stuck" || (state === "hedged" && running.closing === null);
    if (still && !running.writing) return Promise.resolve(running.hedge);
    return new Promise((resolve) => running.waiting.push(resolve));
  }

  #venue(id: VenueId): Venue {
    const venue = this.#deps.venues.get(id);
    assert(venue !== undefined, `no venue ${id}`);
    return venue;
  }
}

/** Recovery is measured against the price at which the leg was last decided on. */
function lastDecisionPrice(hedge: Hedge, leg: LegName): PreparedOrder["decisionPrice"] {
  const decided = hedge.orders.filter(
    ({ request, phase }) => request.leg === leg && phase === hedge.phase && request.act !== "unwind",
  );
  return decided.at(-1)?.decisionPrice ?? hedge.intent.prices[leg];
}

function differs(before: Hedge, next: Hedge): boolean {
  if (before.stuck !== next.stuck || before.phase !== next.phase || before.orders.length !== next.orders.length)
    return true;
  return next.orders.some((order, index) => {
    const old = before.orders[index];
    return (
      old?.state !== order.state ||
      old.filled !== order.filled ||
      old.fills.length !== order.fills.length ||
      old.venueOrderId !== order.venueOrderId
    );
  });
}
