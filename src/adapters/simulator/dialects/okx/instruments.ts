import { type Bps, divideRounded, format, type Price, type Quantity, tryQuantity } from "#domain/decimal.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { MarketLevel } from "../../liquidity.ts";
import type { Listing } from "../../listing.ts";
import type { MarketState } from "../../market-state.ts";

const ONE = 1_000_000_000_000n;
const CODES: Readonly<Record<string, number>> = { BTC: 10459, ETH: 10461, SOL: 10505 };
const FIRST_OTHER_CODE = 20_000;
const RELISTED = 100_000;
const PRICE_BAND = 100n;

/** One instrument as it is spelled and counted here: in contracts. */
export interface OkxInstrument {
  readonly instId: string;
  readonly family: string;
  readonly code: number;
  readonly instrument: InstrumentId;
  readonly listing: Listing;
  readonly market: MarketState;
}

export class OkxInstruments {
  readonly #byId = new Map<string, OkxInstrument>();
  readonly #byCode = new Map<number, OkxInstrument>();
  readonly #byInstrument = new Map<InstrumentId, OkxInstrument>();

  constructor(exchange: SimulatedExchange) {
    let next = FIRST_OTHER_CODE;
    for (const market of exchange.markets()) {
      const { listing } = market;
      const family = `${listing.base}-USDT`;
      const code = CODES[listing.base] ?? (next += 1);
      const { instrument } = listing;
      const entry: OkxInstrument = { instId: `${family}-SWAP`, family, code, instrument, listing, market };
      this.#byId.set(entry.instId, entry);
      this.#byCode.set(code, entry);
      this.#byInstrument.set(instrument, entry);
    }
    // Whoever holds the entry sees what it has become. Listed anew, it has another number.
    exchange.listings.listen(({ listing, relistings }) => {
      const entry = this.of(listing.instrument);
      const first = CODES[listing.base] ?? entry.code;
      this.#byCode.delete(entry.code);
      Object.assign(entry, { listing, code: first + relistings * RELISTED });
      this.#byCode.set(entry.code, entry);
    });
  }

  find(instId: string): OkxInstrument | null {
    return this.#byId.get(instId) ?? null;
  }

  byCode(code: number): OkxInstrument | null {
    return this.#byCode.get(code) ?? null;
  }

  of(instrument: InstrumentId): OkxInstrument {
    const entry = this.#byInstrument.get(instrument);
    if (!entry) throw new Error(`${instrument} is not listed`);
    return entry;
  }

  all(): OkxInstrument[] {
    return [...this.#byId.values()];
  }
}

/** Base units as contracts. */
export function contracts({ listing }: OkxInstrument, base: Quantity): string {
  return format(divideRounded(base * ONE, listing.contractSize, "down") as Quantity);
}

/** Contracts as base units; null when it is no number, or one too fine for any grid. */
export function baseOf({ listing }: OkxInstrument, text: string): Quantity | null {
  const count = tryQuantity(text);
  if (count === null) return null;
  const product = count * listing.contractSize;
  return product % ONE === 0n ? ((product / ONE) as Quantity) : null;
}

export function levelText(entry: OkxInstrument, [price, quantity]: MarketLevel): string {
  return `["${format(price)}","${contracts(entry, quantity)}","0","${quantity === 0n ? "0" : "1"}"]`;
}

/** The band around the mark that orders may use; null before there is a mark. */
export function priceLimit({ market, listing }: OkxInstrument): { readonly buy: Price; readonly sell: Price } | null {
  if (market.mark === 0n) return null;
  const width = (market.mark * PRICE_BAND) / 10_000n;
  const onTick = (price: bigint): Price => (price - (price % listing.tick)) as Price;
  return { buy: onTick(market.mark + width), sell: onTick(market.mark - width + listing.tick - 1n) };
}

/** Basis points as the fraction the venue writes. */
export function fraction(rate: Bps): string {
  const units = divideRounded(rate, 10_000n, "half-even");
  return format(units as Bps);
}

const STATES = { trading: "live", halted: "suspend", closing: "live", closed: "suspend" } as const;

/** What is announced of it: only what the venue announces. */
function upcomingWords(entry: OkxInstrument): unknown {
  return entry.market.upcoming.flatMap(({ change, at }) => {
    const { tick, lot, minQuantity, maxMarketQuantity } = change;
    const row = (param: string, newValue: string | null): unknown[] =>
      newValue === null ? [] : [{ param, newValue, effTime: `${Math.floor(at)}` }];
    const size = (base: Quantity | undefined): string | null => (base === undefined ? null : contracts(entry, base));
    return [
      ...row("tickSz", tick === undefined ? null : format(tick)),
      ...row("lotSz", size(lot)),
      ...row("minSz", size(minQuantity)),
      ...row("maxMktSz", size(maxMarketQuantity)),
    ];
  });
}

export function instrumentWords(entry: OkxInstrument): unknown {
  const { instId, family, code, listing, market } = entry;
  const size = (base: Quantity): string => format(divideRounded(base * ONE, listing.contractSize, "down") as Quantity);
  const wide = "100000000.0000000000000000";
  return {
    alias: "",
    auctionEndTime: "",
    baseCcy: "",
    category: "1",
    contTdSwTime: "",
    ctMult: "1",
    ctType: "linear",
    ctVal: format(listing.contractSize),
    ctValCcy: listing.base,
    elp: "0",
    expTime: market.endsAt === null ? "" : `${Math.floor(market.endsAt)}`,
    futureSettlement: false,
    groupId: "2",
    instCategory: "1",
    instFamily: family,
    instId,
    instIdCode: code,
    instType: "SWAP",
    lever: `${listing.maxLeverage}`,
    listTime: "1573557408000",
    lotSz: size(listing.lot),
    maxIcebergSz: wide,
    maxLmtAmt: "20000000",
    maxLmtSz: size(listing.maxQuantity),
    maxMktAmt: "",
    maxMktSz: size(listing.maxMarketQuantity),
    maxPlatOILmt: "",
    maxStopSz: size(listing.maxMarketQuantity),
    maxTriggerSz: wide,
    maxTwapSz: wide,
    minSz: size(listing.minQuantity),
    openType: "",
    optType: "",
    posLmtAmt: "250000000",
    posLmtPct: "30",
    preMktSwTime: "",
    quoteCcy: "",
    ruleType: "normal",
    settleCcy: "USDT",
    state: STATES[market.status],
    stk: "",
    tickSz: format(listing.tick),
    tradeQuoteCcyList: [],
    uly: family,
    upcChg: upcomingWords(entry),
  };
}
