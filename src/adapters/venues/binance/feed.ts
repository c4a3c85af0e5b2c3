import { tryPrice } from "#domain/decimal.ts";
import { BINANCE_UM, type InstrumentId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import { HOUR, MINUTE } from "#domain/time.ts";
import type { MarketListener } from "#ports/venue.ts";
import { decodeText } from "#adapters/wire/json.ts";
import { Session } from "#adapters/wire/session.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import { type BookGrid, SharedGrids } from "../grid.ts";
import { type FrameCounts, HotUpdates } from "../hot-updates.ts";
import { NameTable } from "../name-table.ts";
import { type Pulse, StreamWatch } from "../stream-watch.ts";
import { BinanceBook, type BookStep } from "./book.ts";
import { DEFAULT_FUNDING_MS, bookGrid, decodeBestQuote, decodeFunding } from "./decode.ts";
import { type BinanceRest, oneFundingQuestion, weight } from "./rest.ts";
import { BinanceScanner } from "./scanner.ts";
import { fundingInfoWords, readAll, readDepthSnapshot, readPublicFrame } from "./words.ts";
import type { BookTickerFrame, DepthFrame, MarkFrame, PublicFrame } from "./words.ts";

const PING_MS = 15_000;
const SILENCE_MS = 45_000;
const FIRST_DATA_MS = 15_000;
const FIRST_QUOTE_MS = 60_000;
/** A depth stream rests when its market rests; a mark price comes every second, whatever happens. */
const DEPTH_REST_MS = 120_000;
const MARK_REST_MS = 15_000;
const INTERVALS_EVERY_MS = 5 * MINUTE;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 4_000;

/** What a frame is read with comes first, and in few objects: hundreds of them take turns in the cache. */
interface Followed {
  readonly grid: BookGrid;
  readonly id: InstrumentId;
  /** Where it stands among what was subscribed to. */
  readonly place: number;
  readonly quotePulse: Pulse;
  readonly depthPulse: Pulse;
  readonly book: BinanceBook;
  readonly instrument: Instrument;
  readonly depthStream: string;
  readonly quoteStream: string;
  readonly markStream: string;
  readonly markPulse: Pulse;
  fetching: boolean;
}

/** One subscription: a connection for books and quotes, one for marks and funding, until it is closed. */
export class BinanceFeed {
  readonly #deps: VenueDeps;
  readonly #firstDataMs: number;
  readonly #intervalsEveryMs: number;
  readonly #rest: BinanceRest;
  readonly #listen: MarketListener;
  readonly #followed: ReadonlyMap<string, Followed>;
  readonly #scanner: BinanceScanner<Followed>;
  readonly #grids = new SharedGrids();
  readonly #hot = new HotUpdates(BINANCE_UM);
  readonly #counts: FrameCounts;
  readonly #public: Session;
  readonly #market: Session;
  readonly #publicWatch: StreamWatch;
  readonly #marketWatch: StreamWatch;
  readonly #stopped = new AbortController();
  /** Null until the venue has told us: a rate without its interval would be compared wrongly. */
  #intervals: ReadonlyMap<string, number> | null = null;

  constructor(
    settings: VenueSettings,
    deps: VenueDeps,
    rest: BinanceRest,
    instruments: readonly Instrument[],
    listen: MarketListener,
    counts: FrameCounts,
  ) {
    this.#deps = deps;
    this.#firstDataMs = settings.patience?.firstDataMs ?? FIRST_DATA_MS;
    this.#intervalsEveryMs = settings.patience?.intervalsEveryMs ?? INTERVALS_EVERY_MS;
    this.#counts = counts;
    this.#rest = rest;
    this.#listen = listen;
    const speed = settings.depthMs === 0 ? "0ms" : "100ms";
    this.#followed = new Map(
      instruments.map((instrument, place) => [instrument.symbol, follow(instrument, place, speed, this.#grids)]),
    );
    this.#scanner = new BinanceScanner(new NameTable(this.#followed));
    const followed = [...this.#followed.values()];
    const address = (root: string, streams: readonly string[]): string =>
      `${settings.wsUrl.replace(/\/+$/, "")}/${root}/stream?streams=${streams.map(encodeURIComponent).join("/").replaceAll("%40", "@")}`;
    const publicUrl = address(
      "public",
      followed.flatMap((each) => [each.depthStream, each.quoteStream]),
    );
    const marketUrl = address(
      "market",
      followed.map((each) => each.markStream),
    );
    this.#publicWatch = new StreamWatch(deps.clock, (stream) => this.#public.restart(`nothing on ${stream}`));
    this.#marketWatch = new StreamWatch(deps.clock, (stream) => this.#market.restart(`nothing on ${stream}`));
    const { heartbeatMs = PING_MS, silenceMs = SILENCE_MS } = settings.patience ?? {};
    const common = { heartbeat: { kind: "protocol", everyMs: heartbeatMs }, silenceMs } as const;
    this.#public = new Session(deps, {
      ...common,
      name: "binance public",
      url: () => Promise.resolve(publicUrl),
      opened: () => this.#publicOpened(),
      message: { bytes: (bytes) => this.#onBytes(bytes) },
      down: (says) => this.#publicDown(says),
    });
    this.#market = new Session(deps, {
      ...common,
      name: "binance market",
      url: () => Promise.resolve(marketUrl),
      opened: () => {
        for (const each of followed) {
          this.#marketWatch.expect(each.markStream, each.markPulse, this.#firstDataMs, MARK_REST_MS);
        }
      },
      message: (text) => this.#onFrame(readPublicFrame(text)),
      down: () => this.#marketWatch.stop(),
    });
  }

  start(): void {
    if (this.#followed.size === 0) return;
    this.#public.start();
    this.#market.start();
    void this.#keepIntervals();
  }

  close(): void {
    this.#stopped.abort();
    this.#public.close();
    this.#market.close();
    this.#publicWatch.stop();
    this.#marketWatch.stop();
  }

  #publicOpened(): void {
    for (const { book, depthStream, depthPulse, quoteStream, quotePulse } of this.#followed.values()) {
      book.restart();
      this.#publicWatch.expect(depthStream, depthPulse, this.#firstDataMs, DEPTH_REST_MS);
      this.#publicWatch.expect(quoteStream, quotePulse, FIRST_QUOTE_MS, Number.POSITIVE_INFINITY);
    }
    this.#stream("up", "connected");
  }

  #publicDown(says: string): void {
    this.#publicWatch.stop();
    const at = this.#deps.clock.now();
    this.#stream("down", says);
    for (const { book, instrument } of this.#followed.values()) {
      book.restart();
      this.#listen({ type: "book", update: { venue: BINANCE_UM, instrument: instrument.id, at, kind: "gap", says } });
    }
  }

  /** The hot road: a frame the scanner is sure of, of a book that it continues. Every other frame is read plainly. */
  #onBytes(bytes: Uint8Array): void {
    const scanner = this.#scanner;
    const kind = scanner.read(bytes);
    const { followed } = scanner;
    if (kind === "book-ticker" && followed !== null) {
      followed.quotePulse.heard = true;
      this.#counts.scanned += 1;
      this.#listen(this.#hot.quote(followed.id, scanner, scanner.finalId, this.#deps.clock.now()), followed.place);
    } else if (kind === "depth" && followed?.book.follows(scanner)) {
      followed.depthPulse.heard = true;
      this.#counts.scanned += 1;
      this.#listen(this.#hot.delta(followed.id, scanner, scanner.finalId, this.#deps.clock.now()), followed.place);
    } else if (kind !== "other") {
      const frame = readPublicFrame(decodeText(bytes));
      const hot = frame.kind === "depth" || frame.kind === "book-ticker" || frame.kind === "bad";
      if (kind === null && hot) this.#counts.surprises += 1;
      this.#onFrame(frame);
    }
  }

  #onFrame(frame: PublicFrame): void {
    switch (frame.kind) {
      case "depth":
        return this.#onDepth(frame);
      case "book-ticker":
        return this.#onQuote(frame);
      case "mark":
        return this.#onMark(frame);
      case "bad": {
        const followed = frame.symbol === null ? undefined : this.#followed.get(frame.symbol);
        if (followed) this.#step(followed, followed.book.broken(frame.says, this.#deps.clock.now(), true));
        else this.#bad(frame.says);
        return;
      }
      case "other":
        return;
    }
  }

  #onDepth(frame: DepthFrame): void {
    const followed = this.#followed.get(frame.symbol);
    if (!followed) return;
    followed.depthPulse.heard = true;
    this.#step(followed, followed.book.onEvent(frame, this.#deps.clock.now()));
  }

  #onQuote(frame: BookTickerFrame): void {
    const followed = this.#followed.get(frame.symbol);
    if (!followed) return;
    followed.quotePulse.heard = true;
    const quote = decodeBestQuote(frame, followed.instrument.id, followed.grid, this.#deps.clock.now());
    if (quote) this.#listen({ type: "best-quote", quote });
    else this.#bad(`a best quote of ${frame.symbol} off the grid or crossed in itself`);
  }

  #onMark(frame: MarkFrame): void {
    const followed = this.#followed.get(frame.symbol);
    if (!followed) return;
    followed.markPulse.heard = true;
    const at = this.#deps.clock.now();
    const instrument = followed.instrument.id;
    const price = tryPrice(frame.price);
    if (price === null || price <= 0n) return this.#bad(`a mark price of ${frame.symbol} that is none`);
    this.#listen({ type: "mark", venue: BINANCE_UM, instrument, price, at });
    if (this.#intervals === null) return;
    const intervalMs = this.#intervals.get(frame.symbol) ?? DEFAULT_FUNDING_MS;
    const funding = decodeFunding(frame, instrument, intervalMs, at);
    if (funding) this.#listen({ type: "funding", funding });
    else this.#bad(`a funding rate of ${frame.symbol} that is none`);
  }

  #step(followed: Followed, step: BookStep): void {
    if (step.bad !== null) this.#bad(`${followed.instrument.symbol}: ${step.bad}`);
    for (const update of step.updates) this.#listen({ type: "book", update });
    if (step.needsSnapshot && !followed.fetching) void this.#fetchSnapshot(followed);
  }

  /** Until the book stands on a snapshot. One at a time for each book; the wait doubles with every one that was no use. */
  async #fetchSnapshot(followed: Followed): Promise<void> {
    const { clock } = this.#deps;
    followed.fetching = true;
    for (let waitMs = FIRST_RETRY_MS; this.#wanted(followed); waitMs = Math.min(LONGEST_RETRY_MS, waitMs * 2)) {
      const answer = await this.#rest.ask(
        {
          method: "GET",
          path: "/fapi/v1/depth",
          params: [
            ["symbol", followed.instrument.symbol],
            ["limit", "1000"],
          ],
          security: "none",
          charges: weight(20),
        },
        readDepthSnapshot,
      );
      if (!this.#wanted(followed)) break;
      if (answer.outcome === "answered") {
        const step = followed.book.onSnapshot(answer.value, clock.now());
        this.#step(followed, step);
        if (!step.needsSnapshot) break;
      } else if (answer.fault.kind === "throttled") {
        waitMs = Math.max(waitMs, answer.fault.retryAfterMs);
      }
      await clock.sleep(waitMs, this.#stopped.signal);
    }
    followed.fetching = false;
  }

  #wanted(followed: Followed): boolean {
    return !this.#stopped.signal.aborted && this.#public.open && !followed.book.live;
  }

  async #keepIntervals(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const call = {
        method: "GET",
        path: "/fapi/v1/fundingInfo",
        security: "none",
        charges: oneFundingQuestion,
      } as const;
      const answer = await this.#rest.ask(call, readAll(fundingInfoWords));
      if (answer.outcome === "answered") {
        // A symbol that is not in the list has the default of eight hours.
        this.#intervals = new Map(answer.value.map((each) => [each.symbol, each.fundingIntervalHours * HOUR]));
      }
      await this.#deps.clock.sleep(answer.outcome === "answered" ? this.#intervalsEveryMs : LONGEST_RETRY_MS, signal);
    }
  }

  #stream(state: "up" | "down", says: string): void {
    this.#listen({ type: "stream", venue: BINANCE_UM, state, says, at: this.#deps.clock.now() });
  }

  #bad(says: string): void {
    this.#listen({ type: "bad-frame", venue: BINANCE_UM, says, at: this.#deps.clock.now() });
  }
}

function follow(instrument: Instrument, place: number, speed: string, grids: SharedGrids): Followed {
  const grid = grids.share(bookGrid(instrument));
  const stem = instrument.symbol.toLowerCase();
  return {
    grid,
    id: instrument.id,
    place,
    quotePulse: { heard: false },
    depthPulse: { heard: false },
    book: new BinanceBook(instrument.id, grid),
    instrument,
    markPulse: { heard: false },
    depthStream: `${stem}@depth@${speed}`,
    quoteStream: `${stem}@bookTicker`,
    markStream: `${stem}@markPrice@1s`,
    fetching: false,
  };
}
