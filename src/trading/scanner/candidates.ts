import { greatest } from "#domain/decimal.ts";
import type { OpportunityId } from "#domain/ids.ts";
import type { Opportunity } from "#domain/opportunity.ts";
import { after, type Instant } from "#domain/time.ts";
import type { QuotedTrade } from "./evaluate.ts";

export interface Candidate {
  readonly opportunity: Opportunity;
  readonly firstSeen: Instant;
  /** When it was last seen to pay. */
  readonly lastSeen: Instant;
  /** The all-in edge that was shown when the id was issued. */
  readonly issuedEdge: Opportunity["edge"]["allInBps"];
  /** The best it ever was. */
  readonly bestEdge: Opportunity["edge"]["allInBps"];
  readonly taken: boolean;
  /** Why it was not taken when last asked; null when nobody was asked. */
  readonly passedOver: string | null;
}

/** The opportunities an operator may confirm: an id lives while its trade pays, and at least for a while after. */
export class Candidates {
  readonly #byDirection = new Map<string, Candidate>();
  readonly #recent = new Map<OpportunityId, Candidate>();
  readonly #newId: () => OpportunityId;
  readonly #ttlMs: () => number;

  constructor(newId: () => OpportunityId, ttlMs: () => number) {
    this.#newId = newId;
    this.#ttlMs = ttlMs;
  }

  /** The trade pays now. The same direction keeps its id while it lives. */
  see(trade: QuotedTrade): Candidate {
    const key = direction(trade);
    const known = this.#byDirection.get(key);
    const alive = known && !known.taken ? known : null;
    const id = alive?.opportunity.id ?? this.#newId();
    const candidate: Candidate = {
      opportunity: { ...trade, id },
      firstSeen: alive?.firstSeen ?? trade.at,
      lastSeen: trade.at,
      issuedEdge: alive?.issuedEdge ?? trade.edge.allInBps,
      bestEdge: greatest(alive?.bestEdge ?? trade.edge.allInBps, trade.edge.allInBps),
      taken: false,
      passedOver: alive?.passedOver ?? null,
    };
    this.#byDirection.set(key, candidate);
    this.#recent.set(id, candidate);
    return candidate;
  }

  /** It was not taken, and this is why. */
  passOver(candidate: Candidate, reason: string): void {
    const passed = { ...candidate, passedOver: reason };
    this.#byDirection.set(direction(candidate.opportunity), passed);
    this.#recent.set(candidate.opportunity.id, passed);
  }

  /**
   * The trade no longer pays: its id stays valid for a while, the next one gets a new id.
   *
   * @returns what has just ended, if anything has
   */
  fade(trade: Pick<QuotedTrade, "instrument"> & { readonly long: { readonly venue: string } }): Candidate | null {
    const key = `${trade.instrument} ${trade.long.venue}`;
    const ended = this.#byDirection.get(key) ?? null;
    this.#byDirection.delete(key);
    return ended;
  }

  find(id: OpportunityId, now: Instant): Candidate | null {
    this.#expire(now);
    return this.#recent.get(id) ?? null;
  }

  /** Claims an id: true exactly once. */
  take(id: OpportunityId): boolean {
    const candidate = this.#recent.get(id);
    if (!candidate || candidate.taken) return false;
    const taken = { ...candidate, taken: true };
    this.#recent.set(id, taken);
    this.#byDirection.set(direction(candidate.opportunity), taken);
    return true;
  }

  /** Those that pay now, best first. */
  current(now: Instant): readonly Candidate[] {
    this.#expire(now);
    return [...this.#byDirection.values()]
      .filter((candidate) => !candidate.taken)
      .toSorted((a, b) => compare(b.opportunity.edge.allInBps, a.opportunity.edge.allInBps));
  }

  /** The best that pays now, or else the latest that may still be confirmed. */
  best(now: Instant): Candidate | null {
    const current = this.current(now)[0];
    if (current) return current;
    const recent = [...this.#recent.values()].filter((candidate) => !candidate.taken);
    return recent.toSorted((a, b) => b.lastSeen - a.lastSeen)[0] ?? null;
  }

  #expire(now: Instant): void {
    for (const [id, candidate] of this.#recent) {
      if (now <= after(candidate.lastSeen, this.#ttlMs())) continue;
      this.#recent.delete(id);
      const key = direction(candidate.opportunity);
      if (this.#byDirection.get(key)?.opportunity.id === id) this.#byDirection.delete(key);
    }
  }
}

const direction = (trade: QuotedTrade): string => `${trade.instrument} ${trade.long.venue}`;
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
