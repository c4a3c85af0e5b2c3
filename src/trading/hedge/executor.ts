import type { Asker } from "#domain/control.ts";
import type { Fill } from "#domain/fill.ts";
import type { ExitReason, Hedge, HedgeEvent, HedgeIntent } from "#domain/hedge.ts";
import { advance, beginHedge, isFinished, liveOrders, stateOf } from "#domain/hedge-machine.ts";
import type { HedgeId, LegName } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import type { JournalEntry } from "#ports/journal.ts";
import type { AccountUpdate } from "#ports/venue.ts";
import type { ExecutorDeps } from "./executor-deps.ts";
import { prepareExit } from "./exit-orders.ts";
import { shareForced } from "./forced-close.ts";
import { Legs } from "./legs.ts";
import { cameBackEmpty, differs, tradedLate } from "./news.ts";
import { recoveryOrder } from "./recovery-order.ts";
import { type RecoveryBook, decideRecovery } from "./recovery-policy.ts";
import { Roster, type Running } from "./roster.ts";
import { watchUneven } from "./uneven.ts";
import { WriteDown } from "./write-down.ts";

/** How soon a recovery that has to wait looks again. */
const RECOVERY_PAUSE_MS = 50;
/** A way out that was taken for its price is tried once at that price; any other reaches deeper each round. */
const closeRounds = (reason: ExitReason): number => (reason === "target" || reason === "funding_flip" ? 1 : 3);

/** Writes down, advances, carries out: in this order. The one place from which orders leave. */
export class HedgeExecutor {
  readonly #deps: ExecutorDeps;
  readonly #roster = new Roster();
  readonly #journal: WriteDown;
  readonly #legs: Legs;
  #closed = false;
  #changes = 0;

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    const { alarm, cancelled, clock, journal, settings, streamUp, stopVenue, turnedDown, venues } = deps;
    this.#journal = new WriteDown({
      clock,
      journal,
      failed: ({ hedge }, reason) => alarm("disk", `the journal could not be written: ${String(reason)}`, hedge),
    });
    this.#legs = new Legs({
      clock,
      venues,
      streamUp,
      stopVenue,
      turnedDown,
      legDeadlineMs: () => settings().legDeadlineMs,
      cancelled,
      record: (running, event) => this.#record(running, event),
    });
  }

  /** Hedges that are not finished. */
  active(): readonly Hedge[] {
    return this.#roster.active().map(({ hedge }) => hedge);
  }

  /** No hedge is unfinished: cheaper than listing them. */
  get idle(): boolean {
    return this.#roster.active().length === 0;
  }

  /** Counts every change of every hedge: two equal readings mean that nothing moved in between. */
  get changes(): number {
    return this.#changes;
  }

  /** How many events of hedges the disk has refused and not taken since. */
  get unwritten(): number {
    return this.#roster.unwritten();
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
    this.#journal.close();
    this.#legs.close();
  }

  /**
   * Opens a hedge that every risk rule has passed. It counts in every limit from this very step.
   * Resolves when both legs stand, when nothing is left of it, or when a person must look; and that is written down.
   */
  async open(intent: HedgeIntent): Promise<Hedge> {
    const running = this.#roster.adopt(beginHedge(intent, this.#deps.clock.now()));
    running.writing = true;
    this.#deps.changed(running.hedge, { type: "intended", intent });
    const flushed = this.#journal.append(running, { type: "intended", intent });
    // Signed while the disk is at work, and not before the journal was asked: there are no bytes without an intention.
    const legs = this.#legs.prepare([intent.long, intent.short]);
    const receipt = await flushed;
    running.writing = false;
    // Both or none: a gate that closed while we wrote must not let half a hedge out.
    const open = [intent.long, intent.short].every(({ act, venue, asker }) => this.#deps.permits(act, venue, asker));
    if (receipt && open && !this.#closed) this.#legs.send(running, legs, receipt);
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

  /**
   * A venue closed something of ours by itself: whoever held it loses that much of its leg, and recovery takes the other
   * leg down to it, reduce-only. False when no hedge held it, or it was told before.
   */
  force(fill: Fill): boolean {
    const parts = shareForced(fill, this.active());
    for (const { hedge, leg, fill: part, reason } of parts) {
      const running = this.#roster.of(hedge.intent.id);
      if (running) this.#record(running, { type: "forced", leg, fill: part, reason });
    }
    return parts.length > 0;
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
    for (const running of this.#roster.all()) this.#journal.catchUp(running);
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
    if (cameBackEmpty(before, next)) this.#legs.turnedAway(running, "unwind");
    void this.#journal.append(running, event);
    this.#deps.changed(next, event);
    for (const order of tradedLate(before, next)) this.#deps.tradedLate(next, order);
    this.#drive(running);
  }

  #abandon(running: Running, code: "gate" | "journal"): void {
    const says = code === "gate" ? "control forbade it before anything left" : "it could not be written down";
    for (const { request } of liveOrders(running.hedge)) {
      this.#record(running, { type: "order-dead", order: request.id, code, says });
    }
  }

  /** What the hedge asks for now. Called after every change; asks for nothing twice. */
  #drive(running: Running): void {
    if (this.#closed || running.writing) return;
    this.#legs.chase(running);
    const state = stateOf(running.hedge);
    watchUneven({ ...this.#deps, closed: () => this.#closed }, running);
    // While an order is unknown nothing may be done: the deadline of doing begins when it is known.
    if (state !== "naked" && state !== "unwinding" && state !== "completing") running.nakedSince = null;
    if (state === "naked") this.#recover(running);
    else if (state === "hedged" && running.closing !== null) this.#closeRound(running);
    else if (state === "hedged" || state === "stuck") this.#answerWaiting(running);
    else if (isFinished(running.hedge)) this.#finish(running);
  }

  #look(running: Running, inMs: number): void {
    if (running.retry !== null) return;
    running.retry = this.#deps.clock.after(inMs, () => {
      running.retry = null;
      this.#drive(running);
    });
  }

  #recover(running: Running): void {
    const { clock, settings, permits, takerBps, alarm } = this.#deps;
    const { hedge } = running;
    running.nakedSince ??= clock.now();
    if (running.notBefore !== null && clock.now() < running.notBefore) {
      this.#look(running, running.notBefore - clock.now());
      return;
    }
    const decision = decideRecovery({
      hedge,
      books: this.#books(hedge),
      permits: (act, venue) => permits(act, venue, running.asker),
      settings: settings(),
      takerBps: (leg) => takerBps(hedge.intent[leg].venue, hedge.intent),
      nakedMs: clock.now() - running.nakedSince,
      forgiven: running.forgiven,
    });
    if (decision.act === "wait") {
      this.#look(running, RECOVERY_PAUSE_MS);
    } else if (decision.act === "stop") {
      this.#record(running, { type: "stuck", says: `${decision.code}: ${decision.says}` });
      alarm("leg_failed", `hedge ${hedge.intent.id} is naked and cannot be recovered: ${decision.says}`, hedge);
    } else {
      const order = recoveryOrder(hedge, decision, running.asker, clock.now());
      const { reference, says } = decision;
      void this.#prepareAndSend(running, [order.request], { type: "recovery-prepared", order, reference, says });
    }
  }

  /** One round of leaving; when it cannot be, or has been tried often enough, the hedge stays and whoever waits is told. */
  #closeRound(running: Running): void {
    const { closing, hedge } = running;
    if (!closing || running.writing) return;
    const { clock, permits, settings } = this.#deps;
    const exit = prepareExit({
      hedge,
      books: this.#books(hedge),
      round: closing.rounds,
      act: closing.reason === "margin" ? "cut" : "close",
      asker: running.asker,
      settings: settings(),
      now: clock.now(),
    });
    const requests = exit?.orders.map(({ request }) => request) ?? [];
    const allowed = requests.every(({ act, venue, asker }) => permits(act, venue, asker));
    if (!exit || !allowed || closing.rounds >= closeRounds(closing.reason)) {
      running.closing = null;
      this.#answerWaiting(running);
      return;
    }
    closing.rounds += 1;
    const reason = hedge.exit?.reason ?? closing.reason;
    void this.#prepareAndSend(running, requests, { type: "exit-prepared", reason, ...exit });
  }

  #books({ intent }: Hedge): Readonly<Record<LegName, RecoveryBook>> {
    const { book } = this.#deps;
    return { long: book(intent.long.venue, intent), short: book(intent.short.venue, intent) };
  }

  async #prepareAndSend(running: Running, requests: readonly OrderRequest[], event: HedgeEvent): Promise<void> {
    running.writing = true;
    running.hedge = advance(running.hedge, event, this.#deps.clock.now());
    this.#roster.index(running.hedge);
    this.#deps.changed(running.hedge, event);
    const written = this.#journal.append(running, event);
    const legs = this.#legs.prepare(requests);
    const receipt = await written;
    running.writing = false;
    if (this.#closed) return;
    if (receipt) return this.#legs.send(running, legs, receipt);
    this.#legs.turnedAway(running, "unwind");
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

  /** Resolves when it stands and what is known of it is on disk: what a person is told survives a crash. */
  async #standing(running: Running): Promise<Hedge> {
    const hedge = await this.#stands(running);
    await running.written;
    return hedge;
  }

  #stands(running: Running): Promise<Hedge> {
    const state = stateOf(running.hedge);
    const still = running.finished || state === "stuck" || (state === "hedged" && running.closing === null);
    if (still && !running.writing) return Promise.resolve(running.hedge);
    return new Promise((resolve) => running.waiting.push(resolve));
  }
}
