import { tryPrice } from "#domain/decimal.ts";
import { type InstrumentId, OKX_PERP } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import { HOUR } from "#domain/time.ts";
import type { MarketListener } from "#ports/venue.ts";
import { Governor } from "#adapters/wire/governor.ts";
import { decodeText } from "#adapters/wire/json.ts";
import { Session, type SessionPlan } from "#adapters/wire/session.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import { type BookGrid, SharedGrids } from "../grid.ts";
import { type FrameCounts, HotUpdates } from "../hot-updates.ts";
import { NameTable } from "../name-table.ts";
import { type Pulse, StreamWatch } from "../stream-watch.ts";
import { type BookStep, OkxBook } from "./book.ts";
import { bookGrid, decodeBestQuote, decodeFunding } from "./decode.ts";
import { type OkxRest, per2s } from "./rest.ts";
import { OkxScanner } from "./scanner.ts";
import { type PublicFrame, readPublicFrame, readRestBook } from "./words.ts";

/** They close what says nothing for 30 s; we ask well before that. */
const HEARTBEAT = { kind: "text", everyMs: 8_000, ping: "ping", pong: "pong" } as const;
const SILENCE_MS = 20_000;

/** How every connection of theirs is kept alive, and when it is given up. */
export function lifeSigns({ patience }: Pick<VenueSettings, "patience">): Pick<SessionPlan, "heartbeat" | "silenceMs"> {
  return {
    heartbeat: { ...HEARTBEAT, everyMs: patience?.heartbeatMs ?? HEARTBEAT.everyMs },
    silenceMs: patience?.silenceMs ?? SILENCE_MS,
  };
}

/** For each channel: how long until it first speaks, and how long it may rest after that. */
const CHANNELS = {
  // An unchanged book repeats itself every 60 s.
  books: { firstMs: 10_000, thenMs: 75_000 },
  "bbo-tbt": { firstMs: 30_000, thenMs: Number.POSITIVE_INFINITY },
  "mark-price": { firstMs: 15_000, thenMs: 45_000 },
  // Every 30 to 90 s.
  "funding-rate": { firstMs: 120_000, thenMs: 300_000 },
} as const;
type Channel = keyof typeof CHANNELS;

const ARGS_PER_REQUEST = 100;
/** Subscriptions, unsubscriptions and logins of one connection in an hour, each request one. */
const RESUBSCRIPTION = { counter: "subscriptions", limit: 480, windowMs: HOUR, cost: 2 } as const;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 4_000;

/** What a frame is read with comes first, and in few objects: hundreds of them take turns in the cache. */
interface Followed {
  readonly grid: BookGrid;
  readonly id: InstrumentId;
  /** Where it stands among what was subscribed to. */
  readonly place: number;
  readonly quotePulse: Pulse;
  readonly bookPulse: Pulse;
  readonly book: OkxBook;
  readonly instrument: Instrument;
  readonly streams: Readonly<Record<Channel, string>>;
  readonly pulses: Readonly<Record<Channel, Pulse>>;
  bridging: boolean;
}

/** One subscription on one connection, until it is closed. */
export class OkxFeed {
  readonly #deps: VenueDeps;
  readonly #firstDataMs: number;
  readonly #rest: OkxRest;
  readonly #listen: MarketListener;
  readonly #followed: ReadonlyMap<string, Followed>;
  readonly #scanner: OkxScanner<Followed>;
  readonly #grids = new SharedGrids();
  readonly #hot = new HotUpdates(OKX_PERP);
  readonly #counts: FrameCounts;
  readonly #session: Session;
  readonly #watch: StreamWatch;
  readonly #stopped = new AbortController();
  #subscriptions: Governor;

  constructor(
    settings: VenueSettings,
    deps: VenueDeps,
    rest: OkxRest,
    instruments: readonly Instrument[],
    listen: MarketListener,
    counts: FrameCounts,
  ) {
    this.#deps = deps;
    this.#firstDataMs = settings.patience?.firstDataMs ?? CHANNELS.books.firstMs;
    this.#counts = counts;
    this.#rest = rest;
    this.#listen = listen;
    this.#subscriptions = new Governor(deps.clock);
    this.#followed = new Map(
      instruments.map((instrument, place) => [instrument.symbol, this.#follow(instrument, place)]),
    );
    this.#scanner = new OkxScanner(new NameTable(this.#followed));
    this.#watch = new StreamWatch(deps.clock, (stream) => this.#session.restart(`nothing on ${stream}`));
    const url = `${settings.wsUrl.replace(/\/+$/, "")}/ws/v5/public`;
    this.#session = new Session(deps, {
      name: "okx public",
      url: () => Promise.resolve(url),
      ...lifeSigns(settings),
      opened: () => this.#opened(),
      message: { bytes: (bytes) => this.#onBytes(bytes) },
      down: (says) => this.#down(says),
    });
  }

  start(): void {
    if (this.#followed.size > 0) this.#session.start();
  }

  close(): void {
    this.#stopped.abort();
    this.#session.close();
    this.#watch.stop();
  }

  #opened(): void {
    this.#subscriptions = new Governor(this.#deps.clock);
    const args: Readonly<Record<string, string>>[] = [];
    for (const { book, streams, pulses, instrument } of this.#followed.values()) {
      book.restart(this.#deps.clock.now());
      for (const channel of channels) {
        args.push({ channel, instId: instrument.symbol });
        const { firstMs, thenMs } = CHANNELS[channel];
        const patience = channel === "books" ? this.#firstDataMs : firstMs;
        this.#watch.expect(streams[channel], pulses[channel], patience, thenMs);
      }
    }
    for (let from = 0; from < args.length; from += ARGS_PER_REQUEST) {
      this.#session.send(JSON.stringify({ op: "subscribe", args: args.slice(from, from + ARGS_PER_REQUEST) }));
    }
    this.#stream("up", "connected");
  }

  #down(says: string): void {
    this.#watch.stop();
    const at = this.#deps.clock.now();
    this.#stream("down", says);
    for (const { book, instrument } of this.#followed.values()) {
      book.restart(at);
      this.#listen({ type: "book", update: { venue: OKX_PERP, instrument: instrument.id, at, kind: "gap", says } });
    }
  }

  /** The hot road: a frame the scanner is sure of, of a book that it continues. Every other frame is read plainly. */
  #onBytes(bytes: Uint8Array): void {
    const scanner = this.#scanner;
    const kind = scanner.read(bytes);
    const { followed } = scanner;
    if (kind === "bbo-tbt" && followed !== null) {
      followed.quotePulse.heard = true;
      this.#counts.scanned += 1;
      this.#listen(this.#hot.quote(followed.id, scanner, scanner.sequence, this.#deps.clock.now()), followed.place);
    } else if (kind === "books" && followed?.book.follows(scanner)) {
      followed.bookPulse.heard = true;
      this.#counts.scanned += 1;
      this.#listen(this.#hot.delta(followed.id, scanner, scanner.sequence, this.#deps.clock.now()), followed.place);
    } else {
      const frame = readPublicFrame(decodeText(bytes));
      const hot = frame.kind === "bbo-tbt" || (frame.kind === "books" && frame.action === "update");
      if (kind === null && (hot || frame.kind === "bad")) this.#counts.surprises += 1;
      this.#onFrame(frame);
    }
  }

  #onFrame(frame: PublicFrame): void {
    const at = this.#deps.clock.now();
    switch (frame.kind) {
      case "error":
        return this.#bad(`a request was refused: ${frame.code} ${frame.says}`);
      case "closing":
        return this.#session.restart("the venue will close this connection for an upgrade");
      case "bad": {
        const followed = frame.book === null ? undefined : this.#followed.get(frame.book);
        if (followed) return this.#step(followed, followed.book.broken(frame.says, at, true));
        return this.#bad(frame.says);
      }
      case "other":
        return;
      default:
        return this.#onData(frame);
    }
  }

  #onData(frame: Extract<PublicFrame, { symbol: string }>): void {
    const followed = this.#followed.get(frame.symbol);
    if (!followed) return;
    followed.pulses[frame.kind].heard = true;
    const at = this.#deps.clock.now();
    const { id } = followed.instrument;
    switch (frame.kind) {
      case "books":
        return this.#step(followed, followed.book.onFrame(frame, at));
      case "bbo-tbt": {
        // One side of the market may be empty; then there is no quote to tell.
        if (frame.bid === undefined || frame.ask === undefined) return;
        const quote = decodeBestQuote(frame, id, followed.grid, at);
        if (quote) this.#listen({ type: "best-quote", quote });
        else this.#bad(`a best quote of ${frame.symbol} off the grid or crossed in itself`);
        return;
      }
      case "mark-price": {
        const price = tryPrice(frame.price);
        if (price === null || price <= 0n) return this.#bad(`a mark price of ${frame.symbol} that is none`);
        return this.#listen({ type: "mark", venue: OKX_PERP, instrument: id, price, at });
      }
      case "funding-rate": {
        const funding = decodeFunding(frame, id, at);
        if (funding) this.#listen({ type: "funding", funding });
        else this.#bad(`a funding rate of ${frame.symbol} that is none`);
        return;
      }
    }
  }

  #step(followed: Followed, step: BookStep): void {
    if (step.bad !== null) this.#bad(`${followed.instrument.symbol}: ${step.bad}`);
    for (const update of step.updates) this.#listen({ type: "book", update });
    if (step.needs === "resubscribe") this.#resubscribe(followed);
    if (step.needs === "bridge" && !followed.bridging) void this.#bridge(followed);
  }

  #resubscribe({ instrument, streams, pulses }: Followed): void {
    // A connection that used up its subscriptions would be locked out of them; a new one starts at none.
    if (!this.#subscriptions.admit([RESUBSCRIPTION], "ordinary").admitted) {
      this.#session.restart("too many resubscriptions");
      return;
    }
    const args = [{ channel: "books", instId: instrument.symbol }];
    this.#watch.expect(streams.books, pulses.books, this.#firstDataMs, CHANNELS.books.thenMs);
    this.#session.send(JSON.stringify({ op: "unsubscribe", args }));
    this.#session.send(JSON.stringify({ op: "subscribe", args }));
  }

  async #bridge(followed: Followed): Promise<void> {
    const { clock } = this.#deps;
    followed.bridging = true;
    for (let waitMs = FIRST_RETRY_MS; this.#wanted(followed); waitMs = Math.min(LONGEST_RETRY_MS, waitMs * 2)) {
      const params = [
        ["instId", followed.instrument.symbol],
        ["sz", "400"],
      ] as const;
      const call = {
        method: "GET",
        path: "/api/v5/market/books",
        params,
        signed: false,
        charges: per2s("books", 40),
      } as const;
      const answer = await this.#rest.ask(call, readRestBook);
      if (!this.#wanted(followed)) break;
      if (answer.outcome === "answered") {
        const step = followed.book.onRestBook(answer.value, clock.now());
        this.#step(followed, step);
        if (step.needs === null) break;
      }
      await clock.sleep(waitMs, this.#stopped.signal);
    }
    followed.bridging = false;
  }

  #wanted(followed: Followed): boolean {
    return !this.#stopped.signal.aborted && this.#session.open && !followed.book.live;
  }

  #follow(instrument: Instrument, place: number): Followed {
    const { id, symbol } = instrument;
    const grid = this.#grids.share(bookGrid(instrument));
    const book = new OkxBook(id, grid, this.#deps.clock.now());
    const streams = {
      books: `books ${symbol}`,
      "bbo-tbt": `bbo-tbt ${symbol}`,
      "mark-price": `mark-price ${symbol}`,
      "funding-rate": `funding-rate ${symbol}`,
    };
    const [quotePulse, bookPulse] = [{ heard: false }, { heard: false }];
    const pulses = {
      books: bookPulse,
      "bbo-tbt": quotePulse,
      "mark-price": { heard: false },
      "funding-rate": { heard: false },
    };
    return { grid, id, place, quotePulse, bookPulse, book, instrument, streams, pulses, bridging: false };
  }

  #stream(state: "up" | "down", says: string): void {
    this.#listen({ type: "stream", venue: OKX_PERP, state, says, at: this.#deps.clock.now() });
  }

  #bad(says: string): void {
    this.#listen({ type: "bad-frame", venue: OKX_PERP, says, at: this.#deps.clock.now() });
  }
}

const channels: readonly Channel[] = ["books", "bbo-tbt", "mark-price", "funding-rate"];
