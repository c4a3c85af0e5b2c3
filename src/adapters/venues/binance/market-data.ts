import type { Instrument } from "#domain/instrument.ts";
import { HOUR } from "#domain/time.ts";
import type { Answer, MarketData, MarketListener } from "#ports/venue.ts";
import { isFields } from "#adapters/wire/json.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import type { FrameCounts } from "../hot-updates.ts";
import { FeedRelay } from "../feed-relay.ts";
import { Listing } from "../listing.ts";
import { Running } from "../running.ts";
import { decodeInstrument } from "./decode.ts";
import { type BinanceRest, weight } from "./rest.ts";
import { symbolWords } from "./words.ts";
import { BinanceFeed } from "./feed.ts";

/** The venue ends every connection after 24 hours. */
const LIFE_MS = 23 * HOUR;

/** What is listed, and the feeds of those who listen. */
export class BinanceMarketData implements MarketData {
  readonly #settings: VenueSettings;
  readonly #deps: VenueDeps;
  readonly #rest: BinanceRest;
  readonly #fees: FeeValue;
  readonly #feeds = new Running();
  readonly frames: FrameCounts = { scanned: 0, surprises: 0 };
  readonly listing: Listing;

  constructor(settings: VenueSettings, deps: VenueDeps, rest: BinanceRest, fees: FeeValue) {
    this.#settings = settings;
    this.#deps = deps;
    this.#rest = rest;
    this.#fees = fees;
    this.listing = new Listing(() => this.#askInstruments());
  }

  instruments(): Promise<Answer<readonly Instrument[]>> {
    return this.listing.load();
  }

  subscribe(instruments: readonly Instrument[], listen: MarketListener): { close(): void } {
    const hear: MarketListener = (update, place) => {
      if (update.type === "mark") this.#fees.mark(update.instrument, update.price);
      listen(update, place);
    };
    const { clock, chance } = this.#deps;
    const relay = new FeedRelay({
      clock,
      chance,
      lifeMs: LIFE_MS,
      instruments: instruments.map(({ id }) => id),
      make: (tell) => new BinanceFeed(this.#settings, this.#deps, this.#rest, instruments, tell, this.frames),
      listen: hear,
    });
    return this.#feeds.begin(relay);
  }

  close(): void {
    this.#feeds.close();
  }

  #askInstruments(): Promise<Answer<readonly Instrument[]>> {
    const call = { method: "GET", path: "/fapi/v1/exchangeInfo", security: "none", charges: weight(1) } as const;
    return this.#rest.ask(call, (body) => {
      if (!isFields(body) || !Array.isArray(body["symbols"])) return null;
      const symbols: readonly unknown[] = body["symbols"];
      // One listing in a shape we do not know must not hide the others.
      return symbols.flatMap((symbol) => {
        const words = symbolWords.safeParse(symbol);
        const instrument = words.success ? decodeInstrument(words.data) : null;
        return instrument === null ? [] : [instrument];
      });
    });
  }
}
