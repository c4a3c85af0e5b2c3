import type { Instrument } from "#domain/instrument.ts";
import type { Answer, MarketData, MarketListener } from "#ports/venue.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import type { FrameCounts } from "../hot-updates.ts";
import { Listing } from "../listing.ts";
import { Running } from "../running.ts";
import { type OkxInstrument, decodeInstrument } from "./decode.ts";
import { type OkxRest, per2s } from "./rest.ts";
import { instrumentWords } from "./words.ts";
import { OkxFeed } from "./feed.ts";

/** What is listed, and the feeds of those who listen. */
export class OkxMarketData implements MarketData {
  readonly #settings: VenueSettings;
  readonly #deps: VenueDeps;
  readonly #rest: OkxRest;
  readonly #fees: FeeValue;
  readonly #feeds = new Running();
  readonly frames: FrameCounts = { scanned: 0, surprises: 0 };
  readonly listing: Listing<OkxInstrument>;

  constructor(settings: VenueSettings, deps: VenueDeps, rest: OkxRest, fees: FeeValue) {
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
    return this.#feeds.begin(new OkxFeed(this.#settings, this.#deps, this.#rest, instruments, hear, this.frames));
  }

  close(): void {
    this.#feeds.close();
  }

  #askInstruments(): Promise<Answer<readonly OkxInstrument[]>> {
    const call = {
      method: "GET",
      path: "/api/v5/public/instruments",
      params: [["instType", "SWAP"]],
      signed: false,
      charges: per2s("instruments", 20),
    } as const;
    // One listing in a shape we do not know must not hide the others.
    return this.#rest.ask(call, (data) =>
      data.flatMap((each) => {
        const words = instrumentWords.safeParse(each);
        const instrument = words.success ? decodeInstrument(words.data) : null;
        return instrument === null ? [] : [instrument];
      }),
    );
  }
}
