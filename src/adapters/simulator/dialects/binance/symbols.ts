import { format, type Price, type Quantity } from "#domain/decimal.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { MarketLevel } from "../../liquidity.ts";
import type { Listing } from "../../listing.ts";
import type { MarketState } from "../../market-state.ts";

/** How one instrument is spelled here, and to how many decimals. */
export interface BinanceSymbol {
  readonly symbol: string;
  readonly instrument: InstrumentId;
  readonly market: MarketState;
  readonly listing: Listing;
  readonly pricePlaces: number;
  readonly quantityPlaces: number;
}

export class BinanceSymbols {
  readonly #bySymbol = new Map<string, BinanceSymbol>();
  readonly #byInstrument = new Map<InstrumentId, BinanceSymbol>();

  constructor(exchange: SimulatedExchange) {
    for (const market of exchange.markets()) {
      const symbol = spelled(market);
      this.#bySymbol.set(symbol.symbol, symbol);
      this.#byInstrument.set(symbol.instrument, symbol);
    }
    // Whoever holds the entry sees what it has become.
    exchange.listings.listen((market) => Object.assign(this.of(market.listing.instrument), spelled(market)));
  }

  find(symbol: string): BinanceSymbol | null {
    return this.#bySymbol.get(symbol) ?? null;
  }

  of(instrument: InstrumentId): BinanceSymbol {
    const symbol = this.#byInstrument.get(instrument);
    if (!symbol) throw new Error(`${instrument} is not listed`);
    return symbol;
  }

  all(): Iterable<BinanceSymbol> {
    return this.#bySymbol.values();
  }
}

function spelled(market: MarketState): BinanceSymbol {
  const { listing } = market;
  return {
    symbol: `${listing.base}USDT`,
    instrument: listing.instrument,
    market,
    listing,
    pricePlaces: Math.max(2, places(listing.tick)),
    quantityPlaces: places(listing.lot),
  };
}

export function places(step: Price | Quantity): number {
  return format(step).split(".")[1]?.length ?? 0;
}

export function levelText(
  { pricePlaces, quantityPlaces }: BinanceSymbol,
  [price, quantity]: MarketLevel,
): [string, string] {
  return [format(price, pricePlaces), format(quantity, quantityPlaces)];
}
