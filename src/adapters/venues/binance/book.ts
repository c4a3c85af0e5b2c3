import type { BookUpdate } from "#domain/book.ts";
import { BINANCE_UM, type InstrumentId } from "#domain/ids.ts";
import type { Levels } from "#domain/levels.ts";
import type { Instant } from "#domain/time.ts";
import { type BookGrid, crossed, readLevels } from "../grid.ts";
import type { ScannedLevels } from "../hot-updates.ts";
import type { DepthFrame, DepthSnapshot } from "./words.ts";

/** What the book says, and whether it needs a (new) snapshot to go on. */
export interface BookStep {
  readonly updates: readonly BookUpdate[];
  readonly needsSnapshot: boolean;
  /** A frame that was not what the venue promised. */
  readonly bad: string | null;
}

interface Parsed {
  readonly firstId: number;
  readonly finalId: number;
  readonly previousFinalId: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

/** A minute of a busy symbol. More than that without a snapshot, and waiting longer helps nobody. */
const MOST_BUFFERED = 2_000;
const NOTHING: BookStep = { updates: [], needsSnapshot: false, bad: null };

/**
 * Joins one depth stream to its snapshot. Pure: frames and snapshots go in, book updates come out.
 *
 *   buffering ──snapshot L──► the first event with u ≥ L must have U ≤ L ──► live ──pu ≠ last u──► gap, buffering
 *                 ▲                              │ U > L: the snapshot is too old
 *                 └──────────────────────────────┘
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/How-to-manage-a-local-order-book-correctly
 */
export class BinanceBook {
  readonly #instrument: InstrumentId;
  readonly #grid: BookGrid;
  #buffer: Parsed[] = [];
  /** A snapshot that waits for its bridge: no event at or after it has been heard yet. */
  #snapshot: { readonly id: number; readonly update: BookUpdate } | null = null;
  #asked = false;
  #live = false;
  #lastId = 0;

  constructor(instrument: InstrumentId, grid: BookGrid) {
    this.#instrument = instrument;
    this.#grid = grid;
  }

  get live(): boolean {
    return this.#live;
  }

  onEvent(frame: DepthFrame, at: Instant): BookStep {
    const event = this.#parse(frame);
    if (event === null) return this.broken("a depth frame off the grid or crossed in itself", at, true);
    if (!this.#live) return this.#hold(event, at);
    if (event.previousFinalId !== this.#lastId) {
      const says = `expected an event after ${this.#lastId}, got one after ${event.previousFinalId}`;
      const step = this.broken(says, at, false);
      // It may well be the bridge to the next snapshot.
      this.#buffer.push(event);
      return step;
    }
    this.#lastId = event.finalId;
    return { updates: [this.#delta(event, at)], needsSnapshot: false, bad: null };
  }

  /** The usual case, and nothing is made for it: true when the event continues a live book, and only then is it taken. */
  follows(event: Pick<DepthFrame, "previousFinalId" | "finalId"> & ScannedLevels): boolean {
    if (!this.#live || event.previousFinalId !== this.#lastId || crossed(event.bids, event.asks)) return false;
    this.#lastId = event.finalId;
    return true;
  }

  /** A snapshot arrived. A too old one asks for another. */
  onSnapshot(snapshot: DepthSnapshot, at: Instant): BookStep {
    if (this.#live) return NOTHING;
    const bids = readLevels(snapshot.bids, this.#grid);
    const asks = readLevels(snapshot.asks, this.#grid);
    if (bids === null || asks === null || crossed(bids, asks)) {
      return { updates: [], needsSnapshot: true, bad: "a depth snapshot off the grid or crossed in itself" };
    }
    const id = snapshot.lastUpdateId;
    const update: BookUpdate = { ...this.#about(at), kind: "snapshot", bids, asks, sequence: id };
    this.#snapshot = { id, update };
    return this.#bridge(at);
  }

  /** What we hold is no longer the book. */
  broken(says: string, at: Instant, isBad: boolean): BookStep {
    this.#live = false;
    this.#snapshot = null;
    this.#buffer = [];
    this.#asked = true;
    return { updates: [{ ...this.#about(at), kind: "gap", says }], needsSnapshot: true, bad: isBad ? says : null };
  }

  /** The connection is new: nothing of the old one may be joined to it. */
  restart(): void {
    this.#live = false;
    this.#snapshot = null;
    this.#buffer = [];
    this.#asked = false;
  }

  #hold(event: Parsed, at: Instant): BookStep {
    if (this.#buffer.length >= MOST_BUFFERED) this.#buffer.shift();
    this.#buffer.push(event);
    if (this.#snapshot !== null) return this.#bridge(at);
    // The first event proves that the stream flows, so a snapshot asked for now cannot be older than all of it.
    const needsSnapshot = !this.#asked;
    this.#asked = true;
    return { updates: [], needsSnapshot, bad: null };
  }

  #bridge(at: Instant): BookStep {
    const snapshot = this.#snapshot;
    if (snapshot === null) return NOTHING;
    const waiting = this.#buffer.filter((event) => event.finalId >= snapshot.id);
    const [first, ...rest] = waiting;
    if (first === undefined) return NOTHING;
    if (first.firstId > snapshot.id) {
      this.#snapshot = null;
      return { updates: [], needsSnapshot: true, bad: null };
    }
    const updates: BookUpdate[] = [snapshot.update, this.#delta(first, at)];
    let lastId = first.finalId;
    for (const event of rest) {
      if (event.previousFinalId !== lastId) {
        this.#snapshot = null;
        this.#buffer = waiting.slice(waiting.indexOf(event));
        return { updates: [], needsSnapshot: true, bad: null };
      }
      updates.push(this.#delta(event, at));
      lastId = event.finalId;
    }
    this.#live = true;
    this.#lastId = lastId;
    this.#snapshot = null;
    this.#buffer = [];
    this.#asked = false;
    return { updates, needsSnapshot: false, bad: null };
  }

  #parse(frame: DepthFrame): Parsed | null {
    const bids = readLevels(frame.bids, this.#grid);
    const asks = readLevels(frame.asks, this.#grid);
    if (bids === null || asks === null || crossed(bids, asks)) return null;
    const { firstId, finalId, previousFinalId } = frame;
    return { firstId, finalId, previousFinalId, bids, asks };
  }

  #about(at: Instant): { readonly venue: typeof BINANCE_UM; readonly instrument: InstrumentId; readonly at: Instant } {
    return { venue: BINANCE_UM, instrument: this.#instrument, at };
  }

  #delta(event: Parsed, at: Instant): BookUpdate {
    const { bids, asks, finalId } = event;
    return { ...this.#about(at), kind: "delta", bids, asks, sequence: finalId };
  }
}
