import { type Bps, type Price, type Quantity, type Usdt, NO_BPS, bps, quantity, usdt } from "#domain/decimal.ts";
import { type InstrumentId, instrumentId } from "#domain/ids.ts";
import { HOUR, type Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Liquidity, MarketDepth, MarketLevel } from "../liquidity.ts";
import type { Listing } from "../listing.ts";
import { type TapeSurvey, surveyTape } from "./survey.ts";
import { TapeFault, type TapeFrame, type TapeLevel, readTape } from "./tape.ts";

/** Which venue a recording plays: the first one Binance, the second OKX. */
export type LegIndex = 0 | 1;

export interface LegFrame {
  readonly leg: LegIndex;
  readonly frame: TapeFrame;
}

export interface RecordedFees {
  readonly maker: readonly [Bps, Bps];
  readonly taker: readonly [Bps, Bps];
}

/** USD in one COIN-M contract: 100 for BTC, 10 for all others. @see Binance COIN-M contract specifications */
const contractUsd = (base: string): bigint => (base === "BTC" ? 100n : 10n);
const ONE = 10n ** 12n;
const MARK_EVERY_MS = 1_000;
const FUNDING_INTERVAL_MS = 8 * HOUR;

/** Contract size and lot of an OKX swap that is known; another gets a grid fine enough for its recording. */
const KNOWN_CONTRACTS: Readonly<Record<string, { readonly size: Quantity; readonly lot: Quantity }>> = {
  BTC: { size: quantity("0.01"), lot: quantity("0.0001") },
  ETH: { size: quantity("0.1"), lot: quantity("0.001") },
  SOL: { size: quantity("1"), lot: quantity("0.01") },
};

/**
 * Two recordings played side by side, in the order they were received. The first speaks for Binance: its frames are
 * passed on as they are. The second plays the OKX leg: the same prices, sizes turned into base on OKX's grid, the same
 * update ids as its sequence. Funding and mark prices were not recorded: funding is zero, the mark is the middle.
 */
export class RecordedMarket {
  readonly surveys: readonly [TapeSurvey, TapeSurvey];
  readonly instrument: InstrumentId;
  readonly listings: readonly [Listing, Listing];
  readonly #marked: [number, number] = [0, 0];
  readonly #pending: [TapeFrame[], TapeFrame[]] = [[], []];
  readonly #started: [boolean, boolean] = [false, false];

  private constructor(surveys: readonly [TapeSurvey, TapeSurvey], fees: RecordedFees) {
    this.surveys = surveys;
    this.instrument = instrumentId(`${surveys[0].base}-USDT-PERP`);
    this.listings = [listingOf(surveys[0], 0, fees), listingOf(surveys[1], 1, fees)];
  }

  /** Reads every file once. Throws `TapeFault`, naming every file that cannot be played. */
  static async open(paths: readonly string[], fees: RecordedFees): Promise<RecordedMarket> {
    const [first, second = first, ...more] = paths;
    if (first === undefined || second === undefined || more.length > 0)
      throw new TapeFault("MARKET=recording: takes one or two files, separated by a comma");
    const read = await Promise.allSettled([...new Set([first, second])].map((path) => surveyTape(path)));
    const faults = read.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    if (faults.length > 0)
      throw new TapeFault(faults.map((fault) => (fault instanceof Error ? fault.message : String(fault))).join("\n"));
    const surveys = read.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const [one, two = one] = surveys;
    if (!one || !two) throw new TapeFault("no recording could be read");
    if (one.base !== two.base)
      throw new TapeFault(
        `the recordings are of different instruments (${one.symbol}, ${two.symbol}); both legs must have the same base`,
      );
    return new RecordedMarket([one, two], fees);
  }

  get from(): Instant {
    return Math.min(this.surveys[0].from, this.surveys[1].from) as Instant;
  }

  get to(): Instant {
    return Math.max(this.surveys[0].to, this.surveys[1].to) as Instant;
  }

  get frameCount(): number {
    return this.surveys[0].frames + this.surveys[1].frames;
  }

  /** Every frame of both files in the order of their receive times. */
  async *frames(): AsyncGenerator<LegFrame> {
    const tapes = [readTape(this.surveys[0].path), readTape(this.surveys[1].path)] as const;
    const heads = [await tapes[0].next(), await tapes[1].next()];
    for (;;) {
      const [a, b] = heads;
      const first = a?.done === false ? a.value : null;
      const second = b?.done === false ? b.value : null;
      if (!first && !second) return;
      const leg: LegIndex = first && (!second || first.at <= second.at) ? 0 : 1;
      yield { leg, frame: (leg === 0 ? first : second) as TapeFrame };
      heads[leg] = await tapes[leg].next();
    }
  }

  /** What the venues know before the first frame: when funding is due next, and that it is zero. */
  announce(venues: readonly [Liquidity, Liquidity], now: Instant): void {
    const nextAt = (Math.floor(now / FUNDING_INTERVAL_MS + 1) * FUNDING_INTERVAL_MS) as Instant;
    for (const venue of venues)
      venue.funding(this.instrument, { rate: NO_BPS, nextAt, intervalMs: FUNDING_INTERVAL_MS });
  }

  /** Lets one frame move its venue. */
  apply({ leg, frame }: LegFrame, venues: readonly [Liquidity, Liquidity]): void {
    const venue = venues[leg];
    // Before its snapshot a depth stream describes a book nobody holds: it waits, as it would at a client.
    if (!this.#started[leg] && frame.kind === "depth") this.#pending[leg].push(frame);
    this.#play(leg, frame, venue);
    if (frame.kind === "snapshot" && !this.#started[leg]) {
      this.#started[leg] = true;
      this.#pending[leg] = [];
    }
  }

  /** A recorded level as its venue shows it: the same price, the size in base on the venue's grid. */
  sized(leg: LegIndex, level: TapeLevel): MarketLevel {
    return [level[0], this.#base(leg, level)];
  }

  #play(leg: LegIndex, frame: TapeFrame, venue: Liquidity): void {
    const { instrument } = this;
    const verbatim = leg === 0 && this.surveys[0].sizes === "base";
    const sized = (level: TapeLevel): MarketLevel => this.sized(leg, level);
    switch (frame.kind) {
      case "snapshot":
        venue.snapshot(
          instrument,
          this.#bridged(
            leg,
            { sequence: frame.sequence, bids: frame.bids.map(sized), asks: frame.asks.map(sized) },
            sized,
          ),
        );
        return;
      case "depth":
        venue.change(instrument, {
          firstSequence: frame.first,
          sequence: frame.last,
          previousSequence: frame.previous,
          bids: frame.bids.map(sized),
          asks: frame.asks.map(sized),
          ...(verbatim ? { recorded: frame.payload } : { immediate: true }),
        });
        return;
      case "best":
        venue.best(instrument, {
          bid: sized(frame.bid),
          ask: sized(frame.ask),
          sequence: frame.sequence,
          ...(verbatim ? { recorded: frame.payload } : {}),
        });
        this.#mark(leg, frame.at, ((frame.bid[0] + frame.ask[0]) / 2n) as Price, venue);
        return;
      case "trade":
        venue.trade(instrument, {
          price: frame.price,
          quantity: sized([frame.price, frame.quantity])[1],
          taker: frame.buyerIsMaker ? "sell" : "buy",
          id: frame.id,
          ...(verbatim ? { recorded: frame.payload } : {}),
        });
        return;
      case "malformed":
    }
  }

  /** A snapshot and the changes that ran ahead of it, as the book they make together. */
  #bridged(leg: LegIndex, snapshot: MarketDepth, sized: (level: TapeLevel) => MarketLevel): MarketDepth {
    // The Binance leg shows the snapshot as it was taken: bridging it is the client's work.
    if (leg === 0) return snapshot;
    const bids = new Map(snapshot.bids);
    const asks = new Map(snapshot.asks);
    let { sequence } = snapshot;
    for (const frame of this.#pending[leg]) {
      if (frame.kind !== "depth" || frame.last <= sequence) continue;
      for (const level of frame.bids) bids.set(...sized(level));
      for (const level of frame.asks) asks.set(...sized(level));
      sequence = frame.last;
    }
    return {
      sequence,
      bids: [...bids].filter(([, size]) => size > 0n),
      asks: [...asks].filter(([, size]) => size > 0n),
    };
  }

  /** Size in base units on the leg's grid, rounded down, but never to nothing: a level that stands, stands. */
  #base(leg: LegIndex, [at, size]: TapeLevel): Quantity {
    if (size === 0n) return size;
    const survey = this.surveys[leg];
    const { lot } = this.listings[leg];
    const base = survey.sizes === "base" ? size : (size * contractUsd(survey.base) * ONE) / at;
    const lots = base / lot;
    return ((lots > 0n ? lots : 1n) * lot) as Quantity;
  }

  #mark(leg: LegIndex, at: Instant, middle: Price, venue: Liquidity): void {
    if (at - this.#marked[leg] < MARK_EVERY_MS) return;
    this.#marked[leg] = at;
    venue.mark(this.instrument, middle);
  }
}

/** Plays a recording by the clock, `speed` times as fast as it was received, from now. Resolves at its end. */
export async function playRecording(
  market: RecordedMarket,
  venues: readonly [Liquidity, Liquidity],
  { clock, speed, signal }: { readonly clock: Clock; readonly speed: number; readonly signal: AbortSignal },
): Promise<void> {
  const startedAt = clock.monotonic();
  for await (const legFrame of market.frames()) {
    const due = (legFrame.frame.at - market.from) / speed;
    const wait = due - (clock.monotonic() - startedAt);
    // Timers are a millisecond coarse: what is due within the next one goes out now.
    if (wait >= 1) await clock.sleep(wait, signal);
    if (signal.aborted) return;
    market.apply(legFrame, venues);
  }
}

function listingOf(survey: TapeSurvey, leg: LegIndex, fees: RecordedFees): Listing {
  const { base } = survey;
  const contract = leg === 0 ? { size: quantity("1"), lot: binanceLot(survey) } : okxContract(survey);
  return {
    instrument: instrumentId(`${base}-USDT-PERP`),
    base,
    tick: survey.tick,
    lot: contract.lot,
    contractSize: contract.size,
    minQuantity: contract.lot,
    maxQuantity: (contract.lot * 10_000_000n) as Quantity,
    maxMarketQuantity: (contract.lot * 1_000_000n) as Quantity,
    minNotional: leg === 0 ? minNotional(base) : usdt("0"),
    maxLeverage: 100,
    maintenanceMargin: bps("40"),
    makerFee: fees.maker[leg],
    takerFee: fees.taker[leg],
  };
}

const minNotional = (base: string): Usdt => usdt(base === "BTC" ? "50" : base === "ETH" ? "20" : "5");

function binanceLot(survey: TapeSurvey): Quantity {
  return survey.sizes === "base" ? survey.step : okxContract(survey).lot;
}

function okxContract(survey: TapeSurvey): { size: Quantity; lot: Quantity } {
  const known = KNOWN_CONTRACTS[survey.base];
  if (known) return known;
  // A tenth of the smallest size seen, as a power of ten, and a hundred of them to a contract, as OKX likes it.
  const smallest = survey.sizes === "base" ? survey.step : (contractUsd(survey.base) * ONE * ONE) / survey.lastPrice;
  let lot = ONE;
  while (lot * 10n > smallest && lot > 1n) lot /= 10n;
  while (lot * 100n <= smallest) lot *= 10n;
  return { size: (lot * 100n) as Quantity, lot: lot as Quantity };
}
