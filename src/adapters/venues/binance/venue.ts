import { BINANCE_UM } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Account, Answer, MarketData, Trading, Venue } from "#ports/venue.ts";
import { Governor } from "#adapters/wire/governor.ts";
import { Activity } from "../activity.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import { FeeValue } from "../fee-value.ts";
import { answered, faulted } from "../outcome.ts";
import { type ClockReading, VenueClock } from "../venue-clock.ts";
import { BinanceAccount } from "./account.ts";
import { BinanceMarketData } from "./market-data.ts";
import { BinanceRest } from "./rest.ts";
import { BinanceTrading } from "./trading.ts";

/** Binance USDⓈ-M perpetuals as a Venue. */
export class BinanceVenue implements Venue {
  readonly id = BINANCE_UM;
  readonly marketData: MarketData;
  readonly trading: Trading;
  readonly account: Account;
  readonly #time: VenueClock;
  readonly #governor: Governor;
  readonly #rest: BinanceRest;
  readonly #closing: readonly (() => void)[];

  constructor(settings: VenueSettings, deps: VenueDeps) {
    this.#time = new VenueClock(deps.clock);
    this.#governor = new Governor(deps.clock);
    this.#rest = new BinanceRest(settings, deps, this.#governor, this.#time);
    const shared = {
      rest: this.#rest,
      time: this.#time,
      fees: new FeeValue(settings.fallbackFees),
      activity: new Activity(),
    };
    const marketData = new BinanceMarketData(settings, deps, shared.rest, shared.fees);
    const { listing } = marketData;
    const trading = new BinanceTrading(settings, { ...shared, listing, gate: deps.gate });
    const account = new BinanceAccount({ ...shared, settings, deps, listing, trading });
    this.marketData = marketData;
    this.trading = trading;
    this.account = account;
    this.#closing = [() => marketData.close(), () => account.close()];
  }

  async syncClock(): Promise<Answer<ClockReading>> {
    const reading = await this.#rest.syncClock();
    return "fault" in reading ? faulted(reading.fault) : answered(reading);
  }

  serverNow(): Instant {
    return this.#time.now();
  }

  budgetUsed(): number {
    return this.#governor.used();
  }

  /** Ends the streams. The HttpClient belongs to whoever gave it. */
  close(): Promise<void> {
    for (const close of this.#closing) close();
    return Promise.resolve();
  }
}
