import type { BookUpdate } from "#domain/book.ts";
import { type InstrumentId, OKX_PERP } from "#domain/ids.ts";
import type { Levels } from "#domain/levels.ts";
import type { Instant } from "#domain/time.ts";
import { type BookGrid, crossed, readLevels } from "../grid.ts";
import type { ScannedLevels } from "../hot-updates.ts";
import type { BookFrame, RestBook } from "./words.ts";

/** What the book says, and what it needs to go on. */
export interface BookStep {
  readonly updates: readonly BookUpdate[];
  /** `resubscribe`: the venue must send a new snapshot. `bridge`: it sends none, so ask REST for one. */
  readonly needs: "resubscribe" | "bridge" | null;
  /** A frame that was not what the venue promised. */
  readonly bad: string | null;
}

interface Parsed {
  readonly previous: number;
  readonly sequence: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

/** A snapshot comes within milliseconds of a subscription; after this it is not coming. */
const SNAPSHOT_PATIENCE_MS = 3_000;
const MOST_BUFFERED = 2_000;
const NOTHING: BookStep = { updates: [], needs: null, bad: null };

/**
 * Follows one `books` channel by its sequence. Pure: frames go in, book updates come out.
 *
 *   waiting ──snapshot──► live ──previous = last──► live (also when it repeats, also when it falls back)
 *      ▲                   │ anything else
 *      └───────gap─────────┘
 * The sequence may repeat (nothing changed for a minute) and may fall (the venue was serviced): only `previous`
 * proves continuity. The checksum is always 0 and means nothing.
 * @see https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
 */
export class OkxBook {
  readonly #instrument: InstrumentId;
  readonly #grid: BookGrid;
  #live = false;
  #last = 0;
  #buffer: Parsed[] = [];
  #waitingSince: Instant;

  constructor(instrument: InstrumentId, grid: BookGrid, at: Instant) {
    this.#instrument = instrument;
    this.#grid = grid;
    this.#waitingSince = at;
  }

  get live(): boolean {
    return this.#live;
  }

  onFrame(frame: BookFrame, at: Instant): BookStep {
    const event = this.#parse(frame);
    if (event === null) return this.broken("a book frame off the grid or crossed in itself", at, true);
    if (frame.action === "snapshot") return this.#begin(event, at);
    if (!this.#live) return this.#hold(event, at);
    if (event.previous !== this.#last) {
      return this.broken(`expected an update after ${this.#last}, got one after ${event.previous}`, at, false);
    }
    this.#last = event.sequence;
    // Emitted even when it changes nothing: it proves that the book is still the book.
    return { updates: [this.#update("delta", event, at)], needs: null, bad: null };
  }

  /** The usual case, and nothing is made for it: true when the update continues a live book, and only then is it taken. */
  follows(update: Pick<BookFrame, "previous" | "sequence"> & ScannedLevels): boolean {
    if (!this.#live || update.previous !== this.#last || crossed(update.bids, update.asks)) return false;
    this.#last = update.sequence;
    return true;
  }

  /** REST's book, for a channel that sends no snapshot: `previous ≤ rest < sequence` joins the first update to it. */
  onRestBook(rest: RestBook, at: Instant): BookStep {
    if (this.#live) return NOTHING;
    const bids = readLevels(rest.bids, this.#grid);
    const asks = readLevels(rest.asks, this.#grid);
    if (bids === null || asks === null || crossed(bids, asks)) {
      return { updates: [], needs: "bridge", bad: "a REST book off the grid or crossed in itself" };
    }
    const waiting = this.#buffer.filter((event) => event.sequence > rest.sequence);
    const [first] = waiting;
    if (first === undefined || first.previous > rest.sequence) return { updates: [], needs: "bridge", bad: null };
    const updates = [this.#update("snapshot", { previous: -1, sequence: rest.sequence, bids, asks }, at)];
    let last = first.previous;
    for (const event of waiting) {
      if (event.previous !== last) return { updates: [], needs: "bridge", bad: null };
      updates.push(this.#update("delta", event, at));
      last = event.sequence;
    }
    this.#live = true;
    this.#last = last;
    this.#buffer = [];
    return { updates, needs: null, bad: null };
  }

  /** What we hold is no longer the book. */
  broken(says: string, at: Instant, isBad: boolean): BookStep {
    this.restart(at);
    const update: BookUpdate = { venue: OKX_PERP, instrument: this.#instrument, at, kind: "gap", says };
    return { updates: [update], needs: "resubscribe", bad: isBad ? says : null };
  }

  /** A new subscription: nothing of the old one may be joined to it. */
  restart(at: Instant): void {
    this.#live = false;
    this.#buffer = [];
    this.#waitingSince = at;
  }

  #begin(event: Parsed, at: Instant): BookStep {
    this.#live = true;
    this.#last = event.sequence;
    this.#buffer = [];
    return { updates: [this.#update("snapshot", event, at)], needs: null, bad: null };
  }

  /** Updates before the snapshot are what was on its way when we subscribed, unless none ever comes. */
  #hold(event: Parsed, at: Instant): BookStep {
    if (this.#buffer.length >= MOST_BUFFERED) this.#buffer.shift();
    this.#buffer.push(event);
    if (at - this.#waitingSince < SNAPSHOT_PATIENCE_MS) return NOTHING;
    return { updates: [], needs: "bridge", bad: null };
  }

  #parse(frame: BookFrame): Parsed | null {
    const bids = readLevels(frame.bids, this.#grid);
    const asks = readLevels(frame.asks, this.#grid);
    if (bids === null || asks === null || crossed(bids, asks)) return null;
    return { previous: frame.previous, sequence: frame.sequence, bids, asks };
  }

  #update(kind: "snapshot" | "delta", { bids, asks, sequence }: Parsed, at: Instant): BookUpdate {
    return { venue: OKX_PERP, instrument: this.#instrument, at, kind, bids, asks, sequence };
  }
}
