import type { DomainEvent } from "#domain/event.ts";
import type { HoldCode } from "#domain/hold.ts";
import type { Instant } from "#domain/time.ts";
import type { Facts } from "./facts.ts";
import type { Reading, Watch } from "./watch.ts";

/** Says how one source of a hold cause stands; null when nothing is wrong with it. */
export type Report = (code: HoldCode, source: string, says: string | null, about?: Partial<DomainEvent>) => void;

export interface WatchReadings {
  readonly id: string;
  readonly code: HoldCode | null;
  readonly readings: readonly Reading[];
}

/** Nothing in particular: a cause of the last run is over when its watch finds nothing wrong at all. */
const NOTHING = "nothing";

/** Looks at every watch in turn, and reports what each has found: also that nothing is wrong. */
export class Round {
  readonly #watches: readonly Watch[];
  readonly #facts: Facts;
  readonly #report: Report;
  /** What each watch holds for. */
  readonly #holding = new Map<Watch, ReadonlySet<string>>();
  #readings: readonly WatchReadings[] = [];
  #lookedAt: Instant | null = null;

  constructor(watches: readonly Watch[], facts: Facts, report: Report) {
    this.#watches = watches;
    this.#facts = facts;
    this.#report = report;
  }

  /** As they were at the last look; none before the first. */
  readings(): readonly WatchReadings[] {
    return this.#readings;
  }

  /** When that was. */
  get lookedAt(): Instant | null {
    return this.#lookedAt;
  }

  look(): void {
    this.#lookedAt = this.#facts.now();
    this.#readings = this.#watches.map((watch) => {
      const readings = watch.look(this.#facts);
      if (watch.code !== null) this.#tell(watch, watch.code, readings);
      return { id: watch.id, code: watch.code, readings };
    });
  }

  #tell(watch: Watch, code: HoldCode, readings: readonly Reading[]): void {
    const before = this.#holding.get(watch) ?? new Set();
    const unseen = new Set(readings.filter(({ level }) => level === "UNKNOWN").map(({ source }) => source));
    const wrong = readings.filter(({ level }) => level === "HOLD");
    for (const { source, says, about } of wrong) this.#report(code, source, says, about);
    const now = new Set(wrong.map(({ source }) => source));
    // What cannot be seen now is as wrong as it was; what is gone altogether is right.
    for (const source of new Set([...before, ...readings.map((reading) => reading.source)])) {
      if (now.has(source)) continue;
      if (!unseen.has(source)) this.#report(code, source, null);
      else if (before.has(source)) now.add(source);
    }
    this.#holding.set(watch, now);
    if (now.size === 0 && unseen.size < Math.max(1, readings.length)) this.#report(code, NOTHING, null);
  }
}
