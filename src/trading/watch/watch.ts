import type { DomainEvent } from "#domain/event.ts";
import type { Level } from "#domain/health.ts";
import type { HoldCode } from "#domain/hold.ts";
import type { Facts } from "./facts.ts";

/** How one watched thing stands: what it is, what it may be, and how bad that is. */
export interface Reading {
  /** Which of several watched things, such as a venue or an instrument. */
  readonly source: string;
  readonly level: Level;
  /** As people read it, with its unit; null where it could not be seen. */
  readonly value: string | null;
  /** Null where no limit was set. */
  readonly threshold: string | null;
  /** One sentence. It is what an operator reads of a HOLD. */
  readonly says: string;
  readonly about?: Partial<Pick<DomainEvent, "venue" | "instrument" | "hedge">>;
}

/** One condition that may mean HOLD. It is looked at on a timer, and never at a tick. */
export interface Watch {
  readonly id: string;
  /** What it holds by; null for one that is only shown. */
  readonly code: HoldCode | null;
  look(facts: Facts): readonly Reading[];
}
