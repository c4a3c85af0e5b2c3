import type { z } from "zod";
import type { edgeRow, preview } from "#contract/trading.ts";
import { type Price, type Usdt, bps, toNumber, tryUsdt } from "#domain/decimal.ts";
import { type InstrumentId, instrumentOf, symbolOf } from "#domain/ids.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { Opportunity } from "#domain/opportunity.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { Direction } from "#trading/engine/direction.ts";
import type { Evaluation } from "#trading/scanner/evaluate.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { edgeWords, legWords, sizeWords } from "./words.ts";

export interface PreviewAsk {
  readonly symbol: string;
  readonly minSpread: number;
  readonly notional: number | undefined;
  readonly slippageBps: number | undefined;
}

/** One direction priced, with the touch prices the README's spread is made of. */
export interface Priced {
  readonly direction: Direction;
  readonly evaluation: Evaluation;
  readonly ask: Price | null;
  readonly bid: Price | null;
}

/** What trades would cost and bring. It looks, and changes nothing. */
export class PricingDesk {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  instrument(symbol: string): DeskAnswer<InstrumentId> {
    const instrument = instrumentOf(symbol);
    const known = this.#engine.rooms.pairs().some(({ id }) => id === instrument);
    if (instrument !== null && known) return done(instrument);
    const names = this.#engine.rooms.pairs().map(({ id }) => symbolOf(id));
    return refused(
      404,
      "unknown_symbol",
      `${symbol} is not traded on both venues here; known: ${names.join(", ") || "none yet"}`,
    );
  }

  /** The direction with the wider spread now. A crossed pair of books pays in one direction only. */
  price(instrument: InstrumentId, notional: Usdt, slippageBps?: number): Priced | null {
    const band = slippageBps === undefined ? undefined : bps(plain(slippageBps));
    const priced = this.#engine.pricing.directions(instrument).map((direction) => ({
      direction,
      ask: direction.long.touch("ask"),
      bid: direction.short.touch("bid"),
      evaluation: this.#engine.pricing.evaluate(direction, notional, band),
    }));
    const spread = ({ ask, bid }: Priced): bigint => (ask === null || bid === null ? -(2n ** 90n) : bid - ask);
    return priced.reduce<Priced | null>(
      (best, next) => (best === null || spread(next) > spread(best) ? next : best),
      null,
    );
  }

  preview(ask: PreviewAsk): DeskAnswer<z.infer<typeof preview>> {
    const instrument = this.instrument(ask.symbol);
    if (!instrument.ok) return instrument;
    const notional = ask.notional === undefined ? this.#engine.rooms.settings().orderNotional : toUsdt(ask.notional);
    if (notional === null || notional <= 0n)
      return refused(400, "invalid_notional", "notional must be an amount of USDT above 0");
    const priced = this.price(instrument.value, notional, ask.slippageBps);
    if (!priced) return refused(400, "book_unsynced", `no books of ${ask.symbol} yet`);
    const words = this.#previewWords(instrument.value, priced, ask.minSpread);
    this.#notePlan(instrument.value, priced, words);
    return done(words);
  }

  edges(symbol: string | undefined): DeskAnswer<readonly z.infer<typeof edgeRow>[]> {
    const { conditions, pairs, settings } = this.#engine.rooms;
    const chosen = symbol === undefined ? null : this.instrument(symbol);
    if (chosen && !chosen.ok) return chosen;
    const instruments = chosen ? [chosen.value] : pairs().map(({ id }) => id);
    const rows = instruments.flatMap((instrument) =>
      this.#engine.pricing.directions(instrument).map((direction) => {
        const { long, short } = direction;
        const evaluation = this.#engine.pricing.evaluate(direction, settings().orderNotional);
        const { trade } = evaluation.verdict === "viable" ? evaluation : { trade: evaluation.trade };
        const funding = (book: MarketBook) => conditions.funding(book.instrument.venue, instrument)?.rate ?? null;
        return {
          symbol: symbolOf(instrument),
          long_venue: long.instrument.venue,
          short_venue: short.instrument.venue,
          long_mid: number(long.mid()),
          short_mid: number(short.mid()),
          funding_long_bps: number(funding(long)),
          funding_short_bps: number(funding(short)),
          viable: evaluation.verdict === "viable",
          ...(evaluation.verdict === "skip" ? { reason: evaluation.reason } : {}),
          size: trade ? sizeWords(trade, this.#contracts(direction)) : null,
          edge: trade ? edgeWords(trade) : null,
        };
      }),
    );
    return done(rows);
  }

  /** The listing that counts in contracts: OKX's. */
  #contracts({ long, short }: Direction): MarketBook["instrument"] {
    return [long, short].find(({ instrument }) => instrument.venue === "okx-perp")?.instrument ?? short.instrument;
  }

  sizeOf(direction: Direction, trade: Omit<Opportunity, "id">): ReturnType<typeof sizeWords> {
    return sizeWords(trade, this.#contracts(direction));
  }

  #previewWords(instrument: InstrumentId, priced: Priced, minSpread: number): z.infer<typeof preview> {
    const { direction, evaluation, ask, bid } = priced;
    const { trade } = evaluation.verdict === "viable" ? evaluation : { trade: evaluation.trade };
    const spread = ask === null || bid === null ? null : ((bid - ask) as Price);
    const meets = spread !== null && toNumber(spread) >= minSpread;
    const { venue: longVenue } = direction.long.instrument;
    const { venue: shortVenue } = direction.short.instrument;
    return {
      symbol: symbolOf(instrument),
      min_spread: minSpread,
      spread: number(spread),
      spread_bps: spread === null || ask === null ? null : basisPoints(spread, ask),
      meets_min_spread: meets,
      long_exchange: longVenue,
      short_exchange: shortVenue,
      cheap_ask: number(ask),
      expensive_bid: number(bid),
      viable: evaluation.verdict === "viable" && meets,
      ...(evaluation.verdict === "skip" ? { reason: evaluation.reason, detail: evaluation.says } : {}),
      ...(evaluation.verdict === "viable" && !meets ? { reason: "spread_below_threshold" } : {}),
      size: trade ? this.sizeOf(direction, trade) : null,
      edge: trade ? edgeWords(trade) : null,
      legs: trade ? [legWords(trade.long, "buy", trade.quantity), legWords(trade.short, "sell", trade.quantity)] : [],
      books_age_ms: { [longVenue]: this.#age(direction.long), [shortVenue]: this.#age(direction.short) },
    };
  }

  #notePlan(instrument: InstrumentId, { direction, evaluation }: Priced, words: z.infer<typeof preview>): void {
    const { plans, world } = this.#engine.rooms;
    const { reason, detail = "the spread is below what was asked for" } = words;
    plans.note({
      at: world.clock.now(),
      source: "preview",
      instrument,
      long: direction.long.instrument.venue,
      short: direction.short.instrument.venue,
      leverage: null,
      trade: evaluation.trade,
      refused: reason === undefined ? null : { code: reason, says: detail },
      hedge: null,
    });
  }

  #age(book: MarketBook): number | null {
    return book.depth.live ? Math.max(0, Math.round(this.#engine.rooms.world.clock.now() - book.depth.at)) : null;
  }
}

const number = (value: Parameters<typeof toNumber>[0] | null): number | null =>
  value === null ? null : toNumber(value);

function basisPoints(spread: Price, ask: Price): number {
  return Number((spread * 10n ** 10n) / ask) / 1e6;
}

/** A JSON number as exact text; JSON has no other way to say it, and its shortest form is what the caller typed. */
export function plain(value: number): string {
  const text = String(value);
  return /e/i.test(text) ? value.toFixed(12) : text;
}

export function toUsdt(value: number): Usdt | null {
  return Number.isFinite(value) ? tryUsdt(plain(value)) : null;
}
