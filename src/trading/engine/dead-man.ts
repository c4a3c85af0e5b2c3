import type { Hedge, HedgeOrder } from "#domain/hedge.ts";
import { isTerminal } from "#domain/hedge-machine.ts";
import type { ClientOrderId, InstrumentId } from "#domain/ids.ts";
import { type Instant, after } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Venue } from "#ports/venue.ts";
import type { DeadManReading } from "../status/readings.ts";

export interface DeadManDeps {
  readonly clock: Clock;
  readonly venue: Venue;
  /** What is wrong with this venue's timer; null when it is set again. */
  readonly report: (source: string, says: string | null) => void;
}

/** An immediate order has ended by then, or it is one that may rest after all. */
const MAY_REST_MS = 250;
const ANSWER_WITHIN_MS = 2_000;
/** OKX takes one in a second. */
const AGAIN_MS = 1_100;
const MISSES_ALLOWED = 1;
/** It may have been set a moment ago, and a venue may want to hear of it only so often. */
const STOP_TRIES = 2;

/**
 * Has the venue take our orders off when we fall silent: armed while one of ours may rest, refreshed, and taken back when
 * none does. It goes beside the orders and never before one: what is filled at once costs no call.
 */
export class DeadMan {
  readonly #deps: DeadManDeps;
  readonly #live = new Map<ClientOrderId, InstrumentId>();
  /** Live when the timer was last set: their end by a cancel nobody wished for is the timer's doing. */
  #covered = new Set<ClientOrderId>();
  #armed: ReadonlySet<InstrumentId> = new Set();
  #armedUntil: Instant | null = null;
  #refreshedAt: Instant | null = null;
  #misses = 0;
  #bareSince: Instant | null = null;
  #sentAt = Number.NEGATIVE_INFINITY;
  /** When it is to be set again, or taken back, if nothing happens before. */
  #dueAt = Number.NEGATIVE_INFINITY;
  #next: { readonly timer: Timer; readonly at: Instant } | null = null;
  #busy = false;
  #closed = false;

  constructor(deps: DeadManDeps) {
    this.#deps = deps;
  }

  reading(): DeadManReading {
    const ranOut = this.#live.size > 0 && this.#armedUntil !== null && this.#armedUntil < this.#deps.clock.now();
    return {
      covers: this.#live.size,
      armedUntil: this.#armedUntil,
      refreshedAt: this.#refreshedAt,
      misses: this.#misses,
      bareSince: this.#bareSince ?? (ranOut ? this.#armedUntil : null),
    };
  }

  /** Called after every change of a hedge, the one that precedes its first order included. */
  onHedge({ orders }: Hedge): void {
    for (const order of orders) {
      const { id, instrument, timeInForce, venue } = order.request;
      if (venue !== this.#deps.venue.id) continue;
      if (isTerminal(order.state)) this.#ended(order);
      else if (!this.#live.has(id)) {
        this.#live.set(id, instrument);
        if (!this.#stands(instrument)) this.#bareSince ??= this.#deps.clock.now();
        this.#look(timeInForce === "ioc" || timeInForce === "fok" ? MAY_REST_MS : 0);
      }
    }
  }

  /** The line was gone and is back: whether the timer still stands there nobody knows. */
  reconnected(): void {
    if (this.#live.size > 0) this.#anew();
  }

  /** No order of ours is left, as the venue says: the timer has nothing to do. Resolves when the venue has heard it, or would not. */
  async stop(empty: boolean): Promise<void> {
    this.#closed = true;
    this.#next?.timer.stop();
    if (!empty || this.#armedUntil === null) return;
    const { clock, venue } = this.#deps;
    for (let attempt = 0; attempt < STOP_TRIES; attempt += 1) {
      if (attempt > 0) await clock.sleep(AGAIN_MS);
      const silence = clock.sleep(ANSWER_WITHIN_MS).then(() => null);
      const answer = await Promise.race([venue.trading.armDeadMan([...this.#armed], 0), silence]);
      if (answer === null || answer.outcome === "fault") continue;
      this.#armedUntil = null;
      return;
    }
  }

  #ended({ request, state }: HedgeOrder): void {
    const { id, timeInForce, venue, instrument } = request;
    if (!this.#live.delete(id)) return;
    if (this.#live.size === 0) this.#nothingRests();
    const rests = timeInForce === "gtc" || timeInForce === "post-only";
    const { trading } = this.#deps.venue;
    if (state !== "cancelled" || !rests || !this.#covered.has(id) || trading.cancelWished(id)) return;
    const says = `${venue} took order ${id} of ${instrument} off and nobody here asked: its cancel timer has fired while we live`;
    this.#deps.report("fired", says);
    this.#armedUntil = null;
    this.#anew();
  }

  /** What could not be set has nothing to guard any more: it is not wrong for longer than something rests. */
  #nothingRests(): void {
    this.#bareSince = null;
    if (this.#misses === 0) return;
    this.#misses = 0;
    this.#deps.report("refresh", null);
  }

  #anew(): void {
    this.#dueAt = this.#deps.clock.now();
    this.#look(0);
  }

  /** Sets or takes back the timer in so many milliseconds, or sooner when that is due already. */
  #look(inMs: number): void {
    if (this.#closed) return;
    const now = this.#deps.clock.now();
    const at = after(now, Math.max(inMs, this.#sentAt + AGAIN_MS - now));
    if (this.#next !== null && this.#next.at <= at) return;
    this.#next?.timer.stop();
    const timer = this.#deps.clock.after(at - now, () => {
      this.#next = null;
      if (this.#busy) return;
      if (this.#covers() && this.#deps.clock.now() < this.#dueAt) this.#look(this.#dueAt - this.#deps.clock.now());
      else void this.#refresh();
    });
    this.#next = { timer, at };
  }

  /** A timer is set for this instrument now. */
  #stands(instrument: InstrumentId): boolean {
    return this.#armedUntil !== null && this.#deps.clock.now() < this.#armedUntil && this.#armed.has(instrument);
  }

  /** Everything that may rest stands behind a timer that is set already. */
  #covers(): boolean {
    for (const [id, instrument] of this.#live) {
      if (!this.#stands(instrument)) return false;
      this.#covered.add(id);
    }
    return this.#live.size > 0 || (this.#armedUntil !== null && this.#deps.clock.now() < this.#armedUntil);
  }

  async #refresh(): Promise<void> {
    if (this.#live.size === 0 && this.#armedUntil === null) return;
    this.#busy = true;
    const { clock, venue } = this.#deps;
    const { timerMs, everyMs } = venue.trading.deadMan;
    const sentAt = clock.now();
    this.#sentAt = sentAt;
    const covers = new Map(this.#live);
    const wanted = covers.size > 0;
    // A timer of an instrument where nothing is left runs out by itself, and takes nothing along.
    const instruments = wanted ? new Set(covers.values()) : this.#armed;
    const silence = clock.sleep(ANSWER_WITHIN_MS).then(() => null);
    const answer = await Promise.race([venue.trading.armDeadMan([...instruments], wanted ? timerMs : 0), silence]);
    this.#busy = false;
    if (this.#closed) return;
    if (answer?.outcome === "answered") {
      this.#answered(sentAt, wanted ? { until: after(sentAt, timerMs), instruments, covers } : null);
      this.#dueAt = sentAt + everyMs;
      this.#look(0);
    } else if (wanted) {
      this.#missed(answer === null ? `no answer within ${ANSWER_WITHIN_MS / 1_000} s` : answer.fault.says);
      this.#dueAt = sentAt;
      this.#look(AGAIN_MS);
    } else {
      this.#dueAt = sentAt + everyMs;
      this.#look(0);
    }
  }

  #answered(
    at: Instant,
    armed: {
      readonly until: Instant;
      readonly instruments: ReadonlySet<InstrumentId>;
      readonly covers: ReadonlyMap<ClientOrderId, InstrumentId>;
    } | null,
  ): void {
    this.#refreshedAt = at;
    this.#misses = 0;
    this.#armedUntil = armed?.until ?? null;
    this.#armed = armed?.instruments ?? new Set();
    this.#covered = new Set(armed?.covers.keys());
    if ([...this.#live.values()].every((instrument) => this.#stands(instrument))) this.#bareSince = null;
    for (const source of ["refresh", "fired"]) this.#deps.report(source, null);
  }

  #missed(says: string): void {
    this.#misses += 1;
    if (this.#misses <= MISSES_ALLOWED) return;
    const until = this.#armedUntil === null ? "it was never set" : "it runs out soon";
    const { id } = this.#deps.venue;
    this.#deps.report(
      "refresh",
      `${id}: the cancel timer behind our orders could not be set ${this.#misses} times (${says}); ${until}`,
    );
  }
}
