import type { InstrumentId } from "#domain/ids.ts";
import type { Chance } from "#ports/chance.ts";
import type { Clock } from "#ports/clock.ts";
import type { MarketListener, MarketUpdate } from "#ports/venue.ts";
import { Handover, type Link, type LinkEvents } from "#adapters/wire/handover.ts";

export interface FeedRelayPlan {
  readonly clock: Clock;
  readonly chance: Chance;
  /** How long a feed's connections may live. */
  readonly lifeMs: number;
  readonly instruments: readonly InstrumentId[];
  readonly make: (hear: MarketListener) => Link;
  readonly listen: MarketListener;
}

type StreamUpdate = Extract<MarketUpdate, { type: "stream" }>;

type RelayListener = (from: Runner, update: MarketUpdate, place?: number) => void;

/** One feed of the relay, and which of its books have had a beginning since it was last up. */
class Runner implements Link {
  readonly begun = new Set<InstrumentId>();
  readonly events: LinkEvents;
  up: StreamUpdate | null = null;
  readonly #feed: Link;

  constructor(events: LinkEvents, make: FeedRelayPlan["make"], hear: RelayListener) {
    this.events = events;
    this.#feed = make((update, place) => hear(this, update, place));
  }

  start(): void {
    this.#feed.start();
  }

  close(): void {
    this.#feed.close();
  }
}

/**
 * A feed that is replaced before its connections end, without a book missing for a moment: each instrument goes over
 * to the new feed with that feed's own snapshot of it, and the old one is closed when it has nothing left to tell.
 */
export class FeedRelay implements Link {
  readonly #plan: FeedRelayPlan;
  readonly #feeds: Handover<Runner>;
  /** Who tells of an instrument now. */
  readonly #teller = new Map<InstrumentId, Runner>();
  #told: "up" | "down" = "down";

  constructor(plan: FeedRelayPlan) {
    this.#plan = plan;
    this.#feeds = new Handover(plan, {
      lifeMs: plan.lifeMs,
      make: (events) => new Runner(events, plan.make, (from, update, place) => this.#hear(from, update, place)),
      retire: (old) => old.close(),
    });
  }

  start(): void {
    this.#feeds.start();
  }

  close(): void {
    this.#feeds.close();
  }

  #hear(from: Runner, update: MarketUpdate, place?: number): void {
    switch (update.type) {
      case "stream":
        return this.#onStream(from, update);
      case "bad-frame":
        return this.#plan.listen(update);
      case "book":
        return this.#onBook(from, update, place);
      case "best-quote":
        return this.#pass(from, update.quote.instrument, update, place);
      case "funding":
        return this.#pass(from, update.funding.instrument, update);
      case "mark":
        return this.#pass(from, update.instrument, update);
    }
  }

  #onBook(from: Runner, update: Extract<MarketUpdate, { type: "book" }>, place?: number): void {
    const { instrument, kind } = update.update;
    if (kind === "snapshot") this.#teller.set(instrument, from);
    this.#pass(from, instrument, update, place);
    if (kind !== "snapshot" || from.begun.has(instrument)) return;
    from.begun.add(instrument);
    if (from.begun.size < this.#plan.instruments.length) return;
    from.events.ready();
    // The old feed may have gone down while the new one was on its way.
    if (from === this.#feeds.current && this.#told === "down" && from.up !== null) this.#tell(from.up);
  }

  #onStream(from: Runner, update: StreamUpdate): void {
    from.up = update.state === "up" ? update : null;
    if (update.state === "down") from.begun.clear();
    // One that is still on its way is nobody's stream yet.
    if (from === this.#feeds.current || this.#feeds.current === null) this.#tell(update);
    if (update.state === "down") from.events.down(update.says);
  }

  #tell(update: StreamUpdate): void {
    this.#told = update.state;
    this.#plan.listen(update);
  }

  #pass(from: Runner, instrument: InstrumentId, update: MarketUpdate, place?: number): void {
    const { current, replacing } = this.#feeds;
    const teller = replacing ? (this.#teller.get(instrument) ?? current) : current;
    if (teller === from) this.#plan.listen(update, place);
  }
}
