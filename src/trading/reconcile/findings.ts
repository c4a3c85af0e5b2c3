import type { VenueId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import { type Difference, type Finding, type FindingKind, type Run, keyOf } from "./finding.ts";

const KEEP_RUNS = 200;

/** What differs now, and how the latest comparisons went. */
export class Findings {
  readonly #newId: () => string;
  readonly #standing = new Map<string, Finding>();
  readonly #runs: Run[] = [];

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Oldest first. */
  standing(): readonly Finding[] {
    return [...this.#standing.values()];
  }

  find(id: string): Finding | undefined {
    return this.standing().find((finding) => finding.id === id);
  }

  /** A difference that counts from now on: what is known of it already keeps its id and its age. */
  keep(difference: Difference, now: Instant): Finding {
    const key = keyOf(difference);
    const known = this.#standing.get(key);
    const finding = { ...difference, id: known?.id ?? this.#newId(), since: known?.since ?? now };
    this.#standing.set(key, finding);
    return finding;
  }

  /** Of these kinds a venue shows the given ones and no others: the rest is gone. */
  settle(venue: VenueId, kinds: readonly FindingKind[], shown: readonly Difference[]): void {
    const keys = new Set(shown.map(keyOf));
    for (const [key, finding] of this.#standing)
      if (finding.venue === venue && kinds.includes(finding.kind) && !keys.has(key)) this.#standing.delete(key);
  }

  /** Newest first. */
  runs(): readonly Run[] {
    return this.#runs.toReversed();
  }

  lastRun(venue: VenueId): Run | undefined {
    return this.#runs.findLast((run) => run.venue === venue);
  }

  note(run: Run): void {
    this.#runs.push(run);
    if (this.#runs.length > KEEP_RUNS) this.#runs.shift();
  }
}
