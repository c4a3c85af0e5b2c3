import type { InstrumentId } from "#domain/ids.ts";
import { after, type Instant } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { MarketState } from "./market-state.ts";

/** Settles each instrument at its stamp, and then at every interval after it. */
export class FundingSchedule {
  /** Stamps stand up to so much after their hour. */
  jitterMs = 0;
  readonly #clock: Clock;
  readonly #settle: (market: MarketState) => void;
  readonly #timers = new Map<InstrumentId, Timer>();

  constructor(clock: Clock, settle: (market: MarketState) => void) {
    this.#clock = clock;
    this.#settle = settle;
  }

  arm(market: MarketState, nextAt: Instant): void {
    if (market.nextFundingAt === nextAt) return;
    const { instrument } = market.listing;
    market.nextFundingAt = nextAt;
    this.#timers.get(instrument)?.stop();
    const fire = (): void => {
      const lag = this.jitterMs === 0 ? 0 : 1 + ((market.settlements.length * 7) % this.jitterMs);
      market.settlements.push({ instrument, rate: market.fundingRate, mark: market.mark, at: after(nextAt, lag) });
      if (market.fundingIntervalMs > 0) this.arm(market, after(nextAt, market.fundingIntervalMs));
      this.#settle(market);
    };
    this.#timers.set(instrument, this.#clock.after(Math.max(0, nextAt - this.#clock.now()), fire));
  }
}
