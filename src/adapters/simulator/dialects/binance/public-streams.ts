import type { InstrumentId } from "#domain/ids.ts";
import type { Timer } from "#ports/clock.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { MarketBest } from "../../liquidity.ts";
import type { Misfortune } from "../../misfortune.ts";
import { DepthStream } from "./depth-streams.ts";
import { contractInfo } from "./exchange-info.ts";
import { aggTradeEvent, bookTickerEvent, markPriceEvent, partialDepthEvent } from "./market-words.ts";
import type { BinanceSymbol, BinanceSymbols } from "./symbols.ts";

export type Root = "public" | "market" | "private";

/** Who hears a stream: the stream's name and its payload. */
export type Hearer = (stream: string, payload: string) => void;

interface Topic {
  readonly name: string;
  readonly kind: "best" | "depth" | "partial" | "trade" | "mark";
  readonly symbol: BinanceSymbol;
  readonly hearers: Set<Hearer>;
  readonly depth: DepthStream | null;
  timer: Timer | null;
  sequence: number;
}

const CONTRACTS = "!contractInfo";
const SHAPE = /^([^@]+)@(bookTicker|aggTrade|markPrice(?:@1s)?|depth(5|10|20)?(?:@(0|100|250|500)ms)?)$/;

/** Every market stream somebody hears, each made once for all who hear it. */
export class PublicStreams {
  readonly #exchange: SimulatedExchange;
  readonly #symbols: BinanceSymbols;
  readonly #misfortune: Misfortune;
  readonly #topics = new Map<string, Topic>();
  readonly #byInstrument = new Map<InstrumentId, Topic[]>();
  readonly #contractHearers = new Set<Hearer>();
  #frozenUntil = 0;

  constructor(exchange: SimulatedExchange, symbols: BinanceSymbols, misfortune: Misfortune) {
    this.#exchange = exchange;
    this.#symbols = symbols;
    this.#misfortune = misfortune;
    exchange.listenPublic({
      depth: (instrument, change) => {
        for (const topic of this.#of(instrument)) {
          if (topic.kind === "depth") topic.depth?.add(change);
          else if (topic.kind === "partial") this.#partial(topic);
        }
      },
      reset: (instrument) => {
        for (const topic of this.#of(instrument)) {
          if (topic.kind === "depth") topic.depth?.reset();
          else if (topic.kind === "partial") this.#partial(topic);
        }
      },
      best: (instrument, best) => this.#best(instrument, best),
      trade: (instrument, trade) => {
        for (const topic of this.#of(instrument)) {
          if (topic.kind !== "trade") continue;
          // A recorded trade is told as it was, when it was the same kind of event.
          const recorded = trade.recorded?.includes('"aggTrade"') ? trade.recorded : undefined;
          this.#tell(topic, recorded ?? aggTradeEvent(topic.symbol, trade, this.#now()));
        }
      },
      mark: () => {},
      funding: () => {},
    });
    exchange.listings.listen(({ listing }) => {
      const told = contractInfo(symbols.of(listing.instrument), this.#now());
      for (const hearer of this.#contractHearers) hearer(CONTRACTS, told);
    });
  }

  /** The root a stream is carried on; null for a name nobody pushes. */
  rootOf(stream: string): Root | null {
    if (stream === CONTRACTS) return "market";
    const match = SHAPE.exec(stream);
    if (!match || !this.#symbols.find((match[1] ?? "").toUpperCase())) return null;
    return match[2] === "aggTrade" || match[2]?.startsWith("markPrice") ? "market" : "public";
  }

  hear(stream: string, hearer: Hearer): void {
    if (this.#misfortune.at(this.#exchange.venue, "subscribe").length > 0) return;
    if (stream === CONTRACTS) return void this.#contractHearers.add(hearer);
    const topic = this.#topics.get(stream) ?? this.#open(stream);
    topic?.hearers.add(hearer);
  }

  leave(stream: string, hearer: Hearer): void {
    if (stream === CONTRACTS) this.#contractHearers.delete(hearer);
    const topic = this.#topics.get(stream);
    if (!topic?.hearers.delete(hearer) || topic.hearers.size > 0) return;
    topic.timer?.stop();
    this.#topics.delete(stream);
    const others = this.#of(topic.symbol.instrument).filter((other) => other !== topic);
    this.#byInstrument.set(topic.symbol.instrument, others);
  }

  /** Nothing is said for a while, and the sockets stay open. */
  freeze(ms: number): void {
    this.#frozenUntil = this.#exchange.clock.now() + ms;
    for (const topic of this.#topics.values()) topic.depth?.freeze(ms);
  }

  #open(stream: string): Topic | null {
    const match = SHAPE.exec(stream);
    const symbol = this.#symbols.find((match?.[1] ?? "").toUpperCase());
    const what = match?.[2];
    if (!what || !symbol) return null;
    const { clock, venue } = this.#exchange;
    const hearers = new Set<Hearer>();
    const tell = (text: string): void => {
      for (const hearer of hearers) hearer(stream, text);
    };
    const diff = what.startsWith("depth") && match[3] === undefined;
    const cadenceMs = Number(match[4] ?? 250);
    const depth = diff ? new DepthStream(symbol, cadenceMs, clock, venue, this.#misfortune, tell) : null;
    const kind = kindOf(what, diff);
    const topic: Topic = { name: stream, kind, symbol, hearers, depth, timer: null, sequence: 0 };
    if (kind === "mark") {
      const everyMs = what.endsWith("@1s") ? 1_000 : 3_000;
      topic.timer = clock.every(everyMs, () => {
        if (symbol.market.mark > 0n) this.#tell(topic, markPriceEvent(symbol, this.#now()));
      });
    }
    this.#topics.set(stream, topic);
    this.#byInstrument.set(symbol.instrument, [...this.#of(symbol.instrument), topic]);
    if (kind === "partial" && symbol.market.book.ready) this.#partial(topic);
    return topic;
  }

  #best(instrument: InstrumentId, best: MarketBest): void {
    const topics = this.#of(instrument);
    if (topics.length === 0) return;
    const crossed = this.#misfortune.at(this.#exchange.venue, "best").length > 0;
    for (const topic of topics) {
      if (topic.kind !== "best") continue;
      if (crossed) this.#tell(topic, bookTickerEvent(topic.symbol, best, this.#now(), true));
      else this.#tell(topic, best.recorded ?? bookTickerEvent(topic.symbol, best, this.#now()));
    }
  }

  /** The top of the book, when its turn comes. */
  #partial(topic: Topic): void {
    if (topic.timer) return;
    const [, , , levels, cadence] = SHAPE.exec(topic.name) ?? [];
    topic.timer = this.#exchange.clock.after(Number(cadence ?? 250), () => {
      topic.timer = null;
      this.#tell(topic, partialDepthEvent(topic.symbol, Number(levels), topic.sequence, this.#now()));
      topic.sequence = topic.symbol.market.sequence;
    });
  }

  #tell(topic: Topic, payload: string): void {
    if (this.#exchange.clock.now() < this.#frozenUntil) return;
    for (const hearer of topic.hearers) hearer(topic.name, payload);
  }

  #of(instrument: InstrumentId): Topic[] {
    return this.#byInstrument.get(instrument) ?? [];
  }

  #now(): number {
    return Math.floor(this.#exchange.clock.now());
  }
}

function kindOf(what: string, diff: boolean): Topic["kind"] {
  if (what === "bookTicker") return "best";
  if (what === "aggTrade") return "trade";
  if (what.startsWith("markPrice")) return "mark";
  return diff ? "depth" : "partial";
}
