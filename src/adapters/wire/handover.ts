import type { Chance } from "#ports/chance.ts";
import type { Clock, Timer } from "#ports/clock.ts";

/** A connection that lives and comes back by itself until it is closed. */
export interface Link {
  start(): void;
  close(): void;
}

/** What a link tells of itself. */
export interface LinkEvents {
  /** It does its work; told again after every reconnect. */
  readonly ready: () => void;
  /** The other side has announced its end. */
  readonly closing: () => void;
  readonly down: (says: string) => void;
}

export interface HandoverPlan<L extends Link> {
  /** How long a connection may live; infinity where nothing ends it but an accident. */
  readonly lifeMs: number;
  readonly make: (events: LinkEvents) => L;
  /** Another link has taken its place: what is still on its way on this one may come, and then it is closed. */
  readonly retire: (link: L) => void;
  /** The first link is ready after there was none. */
  readonly up?: () => void;
  /** No link is ready. */
  readonly down?: (says: string) => void;
}

/** The end of a life is moved forward by up to this part of it, so that no two connections end together. */
const STAGGER = 8;

/**
 * One link at a time, and before the other side ends it another one in its place.
 *
 *   current ──(old age, or its end is announced)──► current + next ──(next is ready)──► next
 */
export class Handover<L extends Link> {
  readonly #deps: { readonly clock: Clock; readonly chance: Chance };
  readonly #plan: HandoverPlan<L>;
  readonly #ready = new Set<L>();
  #current: L | null = null;
  #next: L | null = null;
  #age: Timer | null = null;
  #closed = false;

  constructor(deps: { readonly clock: Clock; readonly chance: Chance }, plan: HandoverPlan<L>) {
    this.#deps = deps;
    this.#plan = plan;
  }

  get current(): L | null {
    return this.#current;
  }

  /** The current one and the one that is to take its place, as many as there are. */
  get links(): readonly L[] {
    return [this.#current, this.#next].filter((link) => link !== null);
  }

  /** True while another link is on its way to take the place of this one. */
  get replacing(): boolean {
    return this.#next !== null;
  }

  start(): void {
    if (this.#closed || this.#current !== null) return;
    this.#current = this.#make();
    this.#current.start();
  }

  close(): void {
    this.#closed = true;
    this.#age?.stop();
    this.#current?.close();
    this.#next?.close();
    this.#current = this.#next = null;
  }

  #make(): L {
    const link: L = this.#plan.make({
      ready: () => this.#isReady(link),
      closing: () => this.#replace(link),
      down: (says) => this.#isDown(link, says),
    });
    return link;
  }

  #isReady(link: L): void {
    if (this.#closed || (link !== this.#current && link !== this.#next)) return;
    const first = this.#ready.size === 0;
    this.#ready.add(link);
    const old = this.#current;
    if (link === this.#next && old !== null) {
      this.#current = link;
      this.#next = null;
      this.#ready.delete(old);
      this.#plan.retire(old);
    }
    this.#growOld(link);
    if (first) this.#plan.up?.();
  }

  #isDown(link: L, says: string): void {
    if (this.#closed || (link !== this.#current && link !== this.#next)) return;
    this.#ready.delete(link);
    if (this.#ready.size === 0) this.#plan.down?.(says);
  }

  /** Counted from when this link was last made: one that came back by itself is young again. */
  #growOld(link: L): void {
    this.#age?.stop();
    const { lifeMs } = this.#plan;
    if (!Number.isFinite(lifeMs)) return;
    const early = this.#deps.chance.integer(Math.max(1, Math.floor(lifeMs / STAGGER)));
    this.#age = this.#deps.clock.after(lifeMs - early, () => this.#replace(link));
  }

  #replace(link: L): void {
    if (this.#closed || link !== this.#current || this.#next !== null) return;
    this.#next = this.#make();
    this.#next.start();
  }
}
