import type { InstrumentId } from "#domain/ids.ts";
import type { Timer } from "#ports/clock.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { MarketBest } from "../../liquidity.ts";
import type { Misfortune } from "../../misfortune.ts";
import { BookChannel } from "./book-channel.ts";
import { instrumentWords, type OkxInstrument, type OkxInstruments } from "./instruments.ts";
import {
  bestWords,
  bookWords,
  fundingWords,
  markWords,
  priceLimitWords,
  tickerWords,
  tradeWords,
} from "./market-words.ts";

export type Hearer = (text: string) => void;

interface Topic {
  readonly channel: string;
  readonly instId: string;
  readonly entry: OkxInstrument | null;
  readonly hearers: Set<Hearer>;
  readonly book: BookChannel | null;
  timer: Timer | null;
}

export const PUBLIC_CHANNELS: ReadonlySet<string> = new Set([
  "books",
  "books5",
  "bbo-tbt",
  "tickers",
  "trades",
  "mark-price",
  "funding-rate",
  "price-limit",
  "instruments",
  "status",
]);
/** These are of no one instrument. */
const GENERAL: ReadonlySet<string> = new Set(["instruments", "status"]);
const FUNDING_MS = 60_000;
const TOP_MS = 100;

/** Every market channel somebody hears, each made once for all who hear it. */
export class PublicChannels {
  readonly #exchange: SimulatedExchange;
  readonly #instruments: OkxInstruments;
  readonly #misfortune: Misfortune;
  readonly #topics = new Map<string, Topic>();
  readonly #byInstrument = new Map<InstrumentId, Topic[]>();
  #frozenUntil = 0;

  constructor(exchange: SimulatedExchange, instruments: OkxInstruments, misfortune: Misfortune) {
    this.#exchange = exchange;
    this.#instruments = instruments;
    this.#misfortune = misfortune;
    exchange.listenPublic({
      depth: (instrument, change) => {
        for (const topic of this.#of(instrument)) {
          if (topic.book) topic.book.add(change);
          else if (topic.channel === "books5") this.#later(topic);
        }
      },
      reset: (instrument) => {
        for (const topic of this.#of(instrument)) {
          if (topic.book) topic.book.reset();
          // A recorded best quote stream says all that was said, and nothing more.
          else if (topic.channel === "bbo-tbt" && topic.entry?.market.recording) continue;
          else if (topic.channel === "books5" || topic.channel === "bbo-tbt") this.#say(topic, this.#words(topic));
        }
      },
      best: (instrument, best) => this.#best(instrument, best),
      trade: (instrument, trade) => {
        for (const topic of this.#of(instrument)) {
          if (!topic.entry) continue;
          if (topic.channel === "trades") this.#say(topic, JSON.stringify(tradeWords(topic.entry, trade, this.#now())));
          else if (topic.channel === "tickers") this.#later(topic);
        }
      },
      mark: (instrument) => this.#refresh(instrument, ["mark-price", "price-limit"]),
      funding: (instrument) => this.#refresh(instrument, ["funding-rate"]),
    });
    exchange.listings.listen(({ listing }) => {
      const told = JSON.stringify(instrumentWords(instruments.of(listing.instrument)));
      for (const topic of this.#topics.values()) if (topic.channel === "instruments") this.#say(topic, told);
    });
  }

  /** False when there is no such channel for such an instrument. */
  hear(channel: string, instId: string, hearer: Hearer): boolean {
    const entry = this.#instruments.find(instId);
    if (!PUBLIC_CHANNELS.has(channel) || (!GENERAL.has(channel) && !entry)) return false;
    const key = `${channel}/${instId}`;
    const topic = this.#topics.get(key) ?? this.#open(key, channel, instId, entry);
    // The snapshot first: what it flushes is for those who were here before.
    const first = topic.book ? topic.book.snapshot() : this.#framed(topic, this.#words(topic));
    topic.hearers.add(hearer);
    if (first !== null) hearer(first);
    return true;
  }

  leave(channel: string, instId: string, hearer: Hearer): void {
    const topic = this.#topics.get(`${channel}/${instId}`);
    if (!topic?.hearers.delete(hearer) || topic.hearers.size > 0) return;
    topic.timer?.stop();
    topic.book?.close();
    this.#topics.delete(`${channel}/${instId}`);
    if (!topic.entry) return;
    const others = this.#of(topic.entry.instrument).filter((other) => other !== topic);
    this.#byInstrument.set(topic.entry.instrument, others);
  }

  /** Something about the venue itself. */
  status(words: string): void {
    for (const topic of this.#topics.values()) if (topic.channel === "status") this.#say(topic, words);
  }

  freeze(ms: number): void {
    this.#frozenUntil = this.#now() + ms;
    for (const topic of this.#topics.values()) topic.book?.freeze(ms);
  }

  #open(key: string, channel: string, instId: string, entry: OkxInstrument | null): Topic {
    const hearers = new Set<Hearer>();
    const tell = (text: string): void => {
      for (const hearer of hearers) hearer(text);
    };
    const book = channel === "books" && entry ? new BookChannel(entry, this.#exchange, this.#misfortune, tell) : null;
    const topic: Topic = { channel, instId, entry, hearers, book, timer: null };
    if (channel === "funding-rate") {
      topic.timer = this.#exchange.clock.every(FUNDING_MS, () => this.#say(topic, this.#words(topic)));
    }
    this.#topics.set(key, topic);
    if (entry) this.#byInstrument.set(entry.instrument, [...this.#of(entry.instrument), topic]);
    return topic;
  }

  #best(instrument: InstrumentId, best: MarketBest): void {
    const topics = this.#of(instrument);
    if (topics.length === 0) return;
    const crossed = this.#misfortune.at(this.#exchange.venue, "best").length > 0;
    for (const topic of topics) {
      if (!topic.entry) continue;
      if (topic.channel === "bbo-tbt") this.#say(topic, `{${bestWords(topic.entry, best, this.#now(), crossed)}}`);
      else if (topic.channel === "tickers") this.#later(topic);
    }
  }

  #refresh(instrument: InstrumentId, channels: readonly string[]): void {
    for (const topic of this.#of(instrument)) {
      if (channels.includes(topic.channel)) this.#say(topic, this.#words(topic));
    }
  }

  /** At its cadence, however much happens meanwhile. */
  #later(topic: Topic): void {
    if (topic.timer) return;
    topic.timer = this.#exchange.clock.after(TOP_MS, () => {
      topic.timer = null;
      this.#say(topic, this.#words(topic));
    });
  }

  /** What the channel would say now; null when it has nothing to say yet. */
  #words({ channel, entry, instId }: Topic): string | null {
    const now = this.#now();
    if (channel === "status") return null;
    if (!entry) return `${this.#instruments.all().map((each) => JSON.stringify(instrumentWords(each)))}`;
    const { market } = entry;
    if (channel === "books5") return market.book.ready ? `{${bookWords(entry, 5, now)},"instId":"${instId}"}` : null;
    if (channel === "bbo-tbt") return market.book.ready ? `{${bookWords(entry, 1, now)}}` : null;
    if (channel === "tickers") return JSON.stringify(tickerWords(entry, now));
    if (channel === "mark-price") return market.mark > 0n ? JSON.stringify(markWords(entry, now)) : null;
    if (channel === "price-limit") return market.mark > 0n ? JSON.stringify(priceLimitWords(entry, now)) : null;
    if (channel === "funding-rate") return JSON.stringify(fundingWords(entry, now));
    return null;
  }

  #say(topic: Topic, words: string | null): void {
    const text = this.#framed(topic, words);
    if (text === null || this.#now() < this.#frozenUntil) return;
    for (const hearer of topic.hearers) hearer(text);
  }

  #framed({ channel, entry, instId }: Topic, words: string | null): string | null {
    if (words === null) return null;
    const of = entry ? `,"instId":"${instId}"` : channel === "status" ? "" : `,"instType":"SWAP"`;
    return `{"arg":{"channel":"${channel}"${of}},"data":[${words}]}`;
  }

  #of(instrument: InstrumentId): Topic[] {
    return this.#byInstrument.get(instrument) ?? [];
  }

  #now(): number {
    return this.#exchange.clock.now();
  }
}
