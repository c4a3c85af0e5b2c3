import type { SeededChance } from "#adapters/host/chance.ts";
import type { LedgerEntry } from "#domain/entry.ts";
import type { HedgeIntent } from "#domain/hedge.ts";
import type { ClientOrderId, HedgeId } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import type { Price } from "#domain/decimal.ts";
import type { Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { AuditRow } from "#ports/audit.ts";
import type { JournalEntry, Receipt } from "#ports/journal.ts";

/** How the disk of one episode behaves. */
export interface DiskTemper {
  /** What a flush takes, of [least, most] ms. */
  readonly flushMs: readonly [number, number];
  /** In these spans it refuses this share of what it is asked to write. */
  readonly full: readonly { readonly from: Instant; readonly until: Instant; readonly refuses: number }[];
}

/** An order as the journal knows it. */
export interface Intended {
  readonly request: OrderRequest;
  /** Only recovery orders have one. */
  readonly reference: Price | null;
}

interface Pending {
  readonly apply: () => void;
}

/**
 * What outlives a process: journal, ledger, audit record, and nothing else. Journal writes become durable in the order they were
 * asked for, some time later; a crash keeps the first few of those under way, or none. The ledger commits in the step
 * that posts, as the real one does.
 */
export class Disk {
  readonly entries: JournalEntry[] = [];
  readonly ledger = new Map<string, LedgerEntry>();
  readonly intents = new Map<HedgeId, HedgeIntent>();
  readonly orders = new Map<ClientOrderId, Intended>();
  readonly finished = new Set<HedgeId>();
  /** Rows of the audit record that are flushed. */
  readonly audit: AuditRow[] = [];
  readonly #clock: Clock;
  readonly #chance: SeededChance;
  readonly #temper: DiskTemper;
  #pending: Pending[] = [];
  #until = 0;
  refused = 0;

  constructor(clock: Clock, chance: SeededChance, temper: DiskTemper) {
    this.#clock = clock;
    this.#chance = chance;
    this.#temper = temper;
  }

  /** @param done hears of it when it is durable, or refused; never after a crash */
  write(entries: readonly JournalEntry[], done: (receipt: Receipt | null) => void): void {
    if (this.#isFull()) {
      this.refused += 1;
      done(null);
      return;
    }
    this.#queue({ apply: () => this.#keep(entries) }, () => done({ sequence: this.entries.length } as Receipt));
  }

  finish(hedge: HedgeId): void {
    if (!this.#isFull()) this.#queue({ apply: () => this.finished.add(hedge) }, () => undefined);
  }

  /** False when it could not be written. */
  post(entries: readonly LedgerEntry[]): boolean {
    if (this.#isFull()) return false;
    for (const entry of entries) if (!this.ledger.has(entry.id)) this.ledger.set(entry.id, entry);
    return true;
  }

  /** All of them are durable when it returns, or none: false then. What waited goes with them. */
  commit(rows: readonly Omit<AuditRow, "sequence">[]): boolean {
    if (this.#isFull()) return false;
    this.audit.push(...rows.map((row, index) => ({ ...row, sequence: this.audit.length + index + 1 })));
    return true;
  }

  /** The process is gone: of what was on its way, a prefix may have made it. */
  crash(): void {
    const kept = this.#chance.integer(this.#pending.length + 1);
    for (const { apply } of this.#pending.splice(0).slice(0, kept)) apply();
  }

  read(latestFinished: number): JournalEntry[] {
    const dropped = new Set([...this.finished].slice(0, Math.max(0, this.finished.size - latestFinished)));
    return this.entries.filter((entry) => !dropped.has(entry.hedge));
  }

  #queue(pending: Pending, then: () => void): void {
    const [least, most] = this.#temper.flushMs;
    this.#until = Math.max(this.#until, this.#clock.now() + least + (most - least) * this.#chance.fraction());
    this.#pending.push(pending);
    this.#clock.after(this.#until - this.#clock.now(), () => {
      // A crash has emptied the queue meanwhile.
      if (this.#pending[0] !== pending) return;
      this.#pending.shift();
      pending.apply();
      then();
    });
  }

  #keep(entries: readonly JournalEntry[]): void {
    for (const entry of entries) {
      this.entries.push(entry);
      const { event } = entry;
      if (event.type === "intended") {
        this.intents.set(entry.hedge, event.intent);
        this.#know(event.intent.long, null);
        this.#know(event.intent.short, null);
      }
      if (event.type === "exit-prepared") for (const { request } of event.orders) this.#know(request, null);
      if (event.type === "recovery-prepared") this.#know(event.order.request, event.reference);
    }
  }

  #know(request: OrderRequest, reference: Price | null): void {
    this.orders.set(request.id, { request, reference });
  }

  #isFull(): boolean {
    const now = this.#clock.now();
    const span = this.#temper.full.find(({ from, until }) => now >= from && now < until);
    return span !== undefined && this.#chance.happens(span.refuses);
  }
}
