import type { SeededChance } from "#adapters/host/chance.ts";
import type { VenueId } from "#domain/ids.ts";
import { after, type Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import { drawn, type FaultArgs, type FaultVerb, POINTS, type Point, SUDDEN } from "./fault-verbs.ts";

/** When a fault happens: at the n-th occasion from now, at the first one after a moment, or at the next one. */
export type Trigger = { readonly nth: number } | { readonly at: Instant } | "next";

export interface PlannedFault {
  readonly venue: VenueId;
  readonly verb: FaultVerb;
  readonly args: FaultArgs;
  readonly trigger: Trigger;
}

/** A fault that happened, for coverage and for whoever reads a failed run. */
export interface FiredFault {
  readonly at: Instant;
  readonly venue: VenueId;
  readonly verb: FaultVerb;
  readonly args: FaultArgs;
}

interface Waiting {
  readonly fault: PlannedFault;
  /** Occasions still to let pass. */
  left: number;
  readonly notBefore: Instant;
}

const NONE: readonly FiredFault[] = [];

/**
 * All that goes wrong at the simulated venues, known before it happens: planned by a test or drawn from a seed.
 * Venues ask at each occasion; what fires is written down.
 */
export class Misfortune {
  readonly fired: FiredFault[] = [];
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #attendants = new Map<VenueId, (fault: FiredFault) => void>();
  #over = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The schedule of one seed: a random choice of kinds, some seeds calm. The plan is what a report prints. */
  static drawn(
    clock: Clock,
    chance: SeededChance,
    venues: readonly VenueId[],
    options: {
      readonly calm?: number;
      readonly withinMs?: number;
      /** Which of what was drawn befalls anybody, by its place in the plan; all of it when left out. */
      readonly befalls?: (index: number) => boolean;
    } = {},
  ): { readonly misfortune: Misfortune; readonly plan: readonly PlannedFault[] } {
    const misfortune = new Misfortune(clock);
    if (chance.happens(options.calm ?? 0.15)) return { misfortune, plan: [] };
    const plan = venues.flatMap((venue) => {
      const faults = drawn(chance.child(venue), options.withinMs ?? 60_000);
      return faults.map(({ verb, args, afterMs, nth }): PlannedFault => {
        const trigger = nth === null ? { at: after(clock.now(), afterMs) } : { nth };
        return { venue, verb, args, trigger };
      });
    });
    const { befalls = () => true } = options;
    for (const [index, fault] of plan.entries()) if (befalls(index)) misfortune.plan(fault);
    return { misfortune, plan };
  }

  plan(fault: PlannedFault): void {
    const { trigger, verb, venue } = fault;
    const notBefore = typeof trigger === "object" && "at" in trigger ? trigger.at : this.#clock.now();
    const sudden = SUDDEN.has(verb);
    if (sudden && (trigger === "next" || "at" in trigger)) {
      // Nobody need knock for these: a socket dies by itself.
      this.#clock.after(Math.max(0, notBefore - this.#clock.now()), () => {
        if (!this.#over) this.#attendants.get(venue)?.(this.#fire(fault));
      });
      return;
    }
    const left = typeof trigger === "object" && "nth" in trigger ? trigger.nth - 1 : 0;
    const key = `${venue}/${POINTS[verb]}`;
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.push({ fault, left, notBefore });
    else this.#waiting.set(key, [{ fault, left, notBefore }]);
  }

  /** Shorthand of tests: the next occasion, or the n-th. */
  next(venue: VenueId, verb: FaultVerb, args: FaultArgs = {}, nth = 1): void {
    this.plan({ venue, verb, args, trigger: nth === 1 && SUDDEN.has(verb) ? "next" : { nth } });
  }

  /** Who carries out what happens without an occasion. */
  attend(venue: VenueId, attendant: (fault: FiredFault) => void): void {
    this.#attendants.set(venue, attendant);
  }

  /** What goes wrong on this occasion. At most one fault of each verb. */
  at(venue: VenueId, point: Point): readonly FiredFault[] {
    if (this.#over || this.#waiting.size === 0) return NONE;
    const key = `${venue}/${point}`;
    const waiting = this.#waiting.get(key);
    if (!waiting) return NONE;
    const now = this.#clock.now();
    const due: Waiting[] = [];
    for (const candidate of waiting) {
      if (now < candidate.notBefore) continue;
      if (candidate.left > 0) candidate.left -= 1;
      else if (!due.some((other) => other.fault.verb === candidate.fault.verb)) due.push(candidate);
    }
    if (due.length === 0) return NONE;
    const rest = waiting.filter((candidate) => !due.includes(candidate));
    if (rest.length > 0) this.#waiting.set(key, rest);
    else this.#waiting.delete(key);
    const fired = due.map(({ fault }) => this.#fire(fault));
    for (const fault of fired) if (SUDDEN.has(fault.verb)) this.#attendants.get(venue)?.(fault);
    return fired;
  }

  /** From here on nothing goes wrong. What has been held back is not undone. */
  end(): void {
    this.#over = true;
    this.#waiting.clear();
  }

  #fire({ venue, verb, args }: PlannedFault): FiredFault {
    const fault = { at: this.#clock.now(), venue, verb, args };
    this.fired.push(fault);
    return fault;
  }
}
