import type { FiredFault } from "#adapters/simulator/misfortune.ts";
import type { DomainEvent } from "#domain/event.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import type { HedgeId } from "#domain/ids.ts";
import type { JournalEntry } from "#ports/journal.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { CrashPoint } from "./crash.ts";
import type { Disk } from "./disk.ts";
import type { EventLog } from "./event-log.ts";
import type { NakedSpell } from "./invariants/delta.ts";
import type { Violation } from "./judge.ts";

export type Counts = Readonly<Record<string, number>>;

export interface HedgeCounts {
  readonly opened: number;
  readonly closed: number;
  readonly unwound: number;
  readonly aborted: number;
  readonly stuck: number;
}

/** What one seed came to. Plain data: it crosses from one thread to another. */
export interface EpisodeReport {
  readonly seed: number;
  readonly hash: string;
  readonly calm: boolean;
  readonly events: number;
  readonly violations: readonly Violation[];
  readonly hedges: HedgeCounts;
  readonly faults: Counts;
  readonly states: Counts;
  readonly transitions: Counts;
  readonly acts: Counts;
  readonly crashes: Counts;
  readonly holds: Counts;
  /** What people did, and what they were answered. */
  readonly people: Counts;
  readonly bootsRefused: number;
  readonly spells: readonly NakedSpell[];
  readonly trace: readonly string[];
}

interface Ended {
  readonly seed: number;
  readonly calm: boolean;
  readonly engine: Engine | null;
  readonly disk: Disk;
  readonly fired: readonly FiredFault[];
  readonly spells: readonly NakedSpell[];
  readonly violations: readonly Violation[];
  readonly log: EventLog;
}

/** Counts what an episode went through. */
export class Tally {
  readonly #states = new Map<string, number>();
  readonly #transitions = new Map<string, number>();
  readonly #acts = new Map<string, number>();
  readonly #crashes = new Map<string, number>();
  readonly #holds = new Map<string, number>();
  readonly #people = new Map<string, number>();
  readonly #last = new Map<HedgeId, string>();
  readonly #stuck = new Set<HedgeId>();
  bootRefused = 0;

  crash(point: CrashPoint): void {
    count(this.#crashes, point);
  }

  did(what: string): void {
    count(this.#people, what);
  }

  note({ hedge, event }: JournalEntry): void {
    if (event.type === "recovery-prepared") count(this.#acts, event.order.request.act);
    if (event.type === "exit-prepared") count(this.#acts, `close ${event.reason}`);
    if (event.type === "intended") count(this.#acts, "open");
    if (event.type === "order-unknown") count(this.#acts, "unknown");
    if (event.type === "order-dead") count(this.#acts, `dead ${event.code}`);
    if (event.type === "stuck") this.#stuck.add(hedge);
  }

  told({ type, hedge, data, code, level }: DomainEvent): void {
    if (type === "control" && level === "warn") count(this.#holds, code);
    if (type !== "hedge" || hedge === undefined) return;
    const state = String(data?.["state"]);
    const before = this.#last.get(hedge);
    if (state === before) return;
    this.#last.set(hedge, state);
    count(this.#states, state);
    if (before !== undefined) count(this.#transitions, `${before} > ${state}`);
  }

  report({ seed, calm, engine, fired, spells, violations, log }: Ended): EpisodeReport {
    const hedges = engine?.rooms.executor.hedges() ?? [];
    const faults = new Map<string, number>();
    for (const { verb } of fired) count(faults, verb);
    const inState = (...wanted: string[]) => hedges.filter((hedge) => wanted.includes(stateOf(hedge)));
    return {
      seed,
      hash: log.digest(),
      calm,
      events: log.count,
      violations,
      hedges: {
        opened: hedges.filter(({ orders }) => orders.some(({ filled }) => filled > 0n)).length,
        closed: inState("closed").filter(({ wasHedged }) => wasHedged).length,
        unwound: inState("closed").filter(({ wasHedged }) => !wasHedged).length,
        aborted: inState("aborted").length,
        stuck: this.#stuck.size,
      },
      faults: Object.fromEntries(faults),
      states: Object.fromEntries(this.#states),
      transitions: Object.fromEntries(this.#transitions),
      acts: Object.fromEntries(this.#acts),
      crashes: Object.fromEntries(this.#crashes),
      holds: Object.fromEntries(this.#holds),
      people: Object.fromEntries(this.#people),
      bootsRefused: this.bootRefused,
      spells,
      trace: log.lines,
    };
  }
}

function count(into: Map<string, number>, what: string): void {
  into.set(what, (into.get(what) ?? 0) + 1);
}
