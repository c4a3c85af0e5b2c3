import type { SimulatedExchange } from "#adapters/simulator/exchange.ts";
import type { Misfortune } from "#adapters/simulator/misfortune.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { Settings } from "#domain/settings.ts";
import type { Clock } from "#ports/clock.ts";
import type { JournalEntry } from "#ports/journal.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { Disk } from "./disk.ts";
import type { EventLog } from "./event-log.ts";
import type { ControlState } from "#domain/control.ts";
import { BooksInvariant } from "./invariants/books.ts";
import { ControlInvariant } from "./invariants/control.ts";
import { DeltaInvariant } from "./invariants/delta.ts";
import { LawInvariant } from "./invariants/law.ts";
import { LimitsInvariant } from "./invariants/limits.ts";
import { OrdersInvariant } from "./invariants/orders.ts";
import { SightInvariant } from "./invariants/sight.ts";
import { Witness } from "./witness.ts";

export interface Violation {
  readonly invariant: string;
  readonly says: string;
  /** Virtual ms since the start of the episode. */
  readonly atMs: number;
}

/** What every invariant may look at. Our own books are evidence against us, never for us. */
export interface Court {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly exchanges: readonly [SimulatedExchange, SimulatedExchange];
  readonly settings: Settings;
  readonly misfortune: Misfortune;
  readonly log: EventLog;
  /** The engine that runs now; null while the machine is down. */
  readonly engine: () => Engine | null;
  /** What leads away from safety takes two persons. */
  readonly twoManRule: boolean;
}

export type Accuse = (invariant: string, says: string) => void;

/** A seed that breaks the same promise over and over says it once or twice. */
const MOST_SAID = 5;

/** Holds what happens against what was promised, by venue truth. */
export class Judge {
  readonly violations: Violation[] = [];
  readonly witness: Witness;
  readonly delta: DeltaInvariant;
  readonly #court: Court;
  readonly #start: number;
  readonly #orders: OrdersInvariant;
  readonly #limits: LimitsInvariant;
  readonly #books: BooksInvariant;
  readonly #law: LawInvariant;
  readonly #control: ControlInvariant;
  readonly #sight: SightInvariant;

  constructor(court: Court) {
    this.#court = court;
    this.#start = court.clock.now();
    const accuse: Accuse = (invariant, says) => this.accuse(invariant, says);
    this.witness = new Witness(court.exchanges, {
      arrived: (venue, order) => {
        court.log.add(venue, "order", {
          id: order.clientOrderId,
          side: order.side,
          quantity: `${order.quantity}`,
          limit: `${order.limit}`,
          reduceOnly: order.reduceOnly,
        });
        this.#orders.arrived(venue, order);
        this.#limits.look();
      },
      traded: (venue, order, trade) => {
        court.log.add(venue, "trade", {
          id: order.clientOrderId,
          trade: trade.id,
          price: `${trade.price}`,
          quantity: `${trade.quantity}`,
        });
        this.#orders.traded(venue, order);
        this.delta.look(order.instrument);
        this.#limits.look();
      },
    });
    this.#orders = new OrdersInvariant(court, this.witness, accuse);
    this.delta = new DeltaInvariant(court, this.witness, accuse);
    this.#limits = new LimitsInvariant(court, this.witness, accuse);
    this.#books = new BooksInvariant(court, this.witness, accuse);
    this.#law = new LawInvariant(court, accuse);
    this.#sight = new SightInvariant(court, accuse);
    this.#control = new ControlInvariant(court, accuse, court.twoManRule);
  }

  accuse(invariant: string, says: string): void {
    const atMs = Math.round(this.#court.clock.now() - this.#start);
    this.#court.log.add("judge", invariant, { says });
    if (this.violations.length < MOST_SAID) this.violations.push({ invariant, says, atMs });
  }

  wrote(id: string): void {
    this.#orders.wrote(id);
  }

  noted(entry: JournalEntry): void {
    this.#orders.noted(entry);
    this.#sight.noted(entry);
  }

  told(event: DomainEvent): void {
    this.delta.told(event);
    this.#law.told(event);
  }

  booted(state: ControlState): void {
    this.delta.booted();
    this.#law.booted();
    this.#control.booted(state);
  }

  controlChanged(state: ControlState): void {
    this.#control.changed(state);
  }

  /** Now and then: what no single event shows. */
  tick(): void {
    this.#orders.receipts();
    this.delta.tick();
    this.#law.tick();
    this.#control.tick();
  }

  /** Nothing goes wrong any more, and nothing moves any more. */
  close(): void {
    this.#orders.receipts();
    this.delta.close();
    this.#books.close();
  }
}
