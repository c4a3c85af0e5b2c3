import type { Asker } from "#domain/control.ts";
import type { ExitReason, Hedge, HedgeOrder } from "#domain/hedge.ts";
import type { ClientOrderId, HedgeId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Timer } from "#ports/clock.ts";
import type { JournalEntry } from "#ports/journal.ts";

/** A hedge with what only the running process knows of it. */
export interface Running {
  hedge: Hedge;
  /** True while an intention is on its way to disk. */
  writing: boolean;
  nakedSince: Instant | null;
  /** Since when the legs differ by what anybody has told us, whatever is being done about it. */
  unevenSince: Instant | null;
  /** The earliest moment of the next try, after a venue would not take the last one. */
  notBefore: Instant | null;
  /** A look at it is due; more than one would multiply. */
  retry: Timer | null;
  /** Tries in a row that no venue carried out. */
  turnedAway: number;
  /** How many of its orders came before a person last let recovery try again: they count as tries no more. */
  forgiven: number;
  /** The disk refused something of it: from then on everything waits its turn, until all of it is written. */
  refused: boolean;
  readonly unwritten: JournalEntry[];
  /** Settles when the last thing that was to be written of it was, or was refused. */
  written: Promise<unknown>;
  catchingUp: boolean;
  /** On whose behalf the next order goes out. */
  asker: Asker;
  closing: { readonly reason: ExitReason; rounds: number } | null;
  readonly waiting: ((hedge: Hedge) => void)[];
  finished: boolean;
}

/** How many finished hedges stay at hand: a late fill must still find its hedge. */
const KEEP_FINISHED = 1_000;

/** Every hedge this process knows, by its id and by the names of its orders. */
export class Roster {
  readonly #running = new Map<HedgeId, Running>();
  readonly #byOrder = new Map<ClientOrderId, HedgeId>();
  readonly #finished: HedgeId[] = [];
  /** Made when asked for, until the next change: it is asked for at every tick. */
  #active: readonly Running[] | null = null;

  adopt(hedge: Hedge): Running {
    const running: Running = {
      hedge,
      writing: false,
      nakedSince: null,
      unevenSince: null,
      notBefore: null,
      retry: null,
      turnedAway: 0,
      forgiven: 0,
      refused: false,
      unwritten: [],
      written: Promise.resolve(),
      catchingUp: false,
      asker: "automation",
      closing: null,
      waiting: [],
      finished: false,
    };
    this.#running.set(hedge.intent.id, running);
    this.#active = null;
    this.index(hedge);
    return running;
  }

  index(hedge: Hedge): void {
    for (const { request } of hedge.orders) this.#byOrder.set(request.id, hedge.intent.id);
  }

  retire(running: Running): void {
    if (running.finished) return;
    running.finished = true;
    this.#active = null;
    this.#finished.push(running.hedge.intent.id);
    const oldest = this.#finished.length > KEEP_FINISHED ? this.#finished.shift() : undefined;
    const forgotten = oldest === undefined ? undefined : this.#running.get(oldest);
    if (!forgotten) return;
    for (const { request } of forgotten.hedge.orders) this.#byOrder.delete(request.id);
    this.#running.delete(forgotten.hedge.intent.id);
  }

  /** A late fill brought it back to life. */
  revive(running: Running): void {
    if (!running.finished) return;
    running.finished = false;
    this.#active = null;
    const index = this.#finished.indexOf(running.hedge.intent.id);
    if (index >= 0) this.#finished.splice(index, 1);
  }

  of(id: HedgeId): Running | undefined {
    return this.#running.get(id);
  }

  byOrder(order: ClientOrderId): Running | undefined {
    const id = this.#byOrder.get(order);
    return id === undefined ? undefined : this.#running.get(id);
  }

  active(): readonly Running[] {
    this.#active ??= [...this.#running.values()].filter((running) => !running.finished);
    return this.#active;
  }

  unwritten(): number {
    let count = 0;
    for (const { refused, unwritten } of this.#running.values()) if (refused) count += Math.max(1, unwritten.length);
    return count;
  }

  all(): readonly Running[] {
    return [...this.#running.values()];
  }
}

export function orderOf(hedge: Hedge, id: ClientOrderId): HedgeOrder | undefined {
  return hedge.orders.find((order) => order.request.id === id);
}
