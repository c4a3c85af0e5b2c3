import { format, type Price, type Quantity } from "#domain/decimal.ts";
import type { Clock } from "#ports/clock.ts";
import type { MarketDepthChange, MarketLevel } from "../../liquidity.ts";
import type { Misfortune } from "../../misfortune.ts";
import type { VenueId } from "#domain/ids.ts";
import type { BinanceSymbol } from "./symbols.ts";

/** One stream of depth changes of one symbol: what happened within its cadence, as one message. */
export class DepthStream {
  readonly #symbol: BinanceSymbol;
  readonly #cadenceMs: number;
  readonly #clock: Clock;
  readonly #venue: VenueId;
  readonly #misfortune: Misfortune;
  readonly #send: (text: string) => void;
  readonly #bids = new Map<Price, Quantity>();
  readonly #asks = new Map<Price, Quantity>();
  #first: number | null = null;
  #last = 0;
  #previous: number | null = null;
  #waiting = false;
  #frozenUntil = 0;

  constructor(
    symbol: BinanceSymbol,
    cadenceMs: number,
    clock: Clock,
    venue: VenueId,
    misfortune: Misfortune,
    send: (text: string) => void,
  ) {
    this.#symbol = symbol;
    this.#cadenceMs = cadenceMs;
    this.#clock = clock;
    this.#venue = venue;
    this.#misfortune = misfortune;
    this.#send = send;
  }

  add(change: MarketDepthChange): void {
    if (change.recorded !== undefined) {
      if (!this.#lost()) this.#send(change.recorded);
      return;
    }
    for (const [price, quantity] of change.bids) this.#bids.set(price, quantity);
    for (const [price, quantity] of change.asks) this.#asks.set(price, quantity);
    this.#first ??= change.firstSequence;
    this.#previous ??= change.previousSequence;
    this.#last = change.sequence;
    if (this.#cadenceMs === 0 && this.#clock.now() >= this.#frozenUntil) this.#flush();
    else this.#wait(this.#cadenceMs);
  }

  /** Silent for a while; what happened meanwhile comes as one message. */
  freeze(ms: number): void {
    this.#frozenUntil = this.#clock.now() + ms;
  }

  /** The market began anew: ids of before mean nothing. */
  reset(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#first = null;
    this.#previous = null;
  }

  #wait(ms: number): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#clock.after(ms, () => {
      this.#waiting = false;
      const frozenMs = this.#frozenUntil - this.#clock.now();
      if (frozenMs > 0) this.#wait(frozenMs);
      else if (this.#first !== null) this.#flush();
    });
  }

  #flush(): void {
    const { symbol, pricePlaces, quantityPlaces } = this.#symbol;
    const text = ([price, quantity]: MarketLevel): string =>
      `["${format(price, pricePlaces)}","${format(quantity, quantityPlaces)}"]`;
    const now = Math.floor(this.#clock.now());
    const bids = Array.from(this.#bids, text).join(",");
    const asks = Array.from(this.#asks, text).join(",");
    const message =
      `{"e":"depthUpdate","E":${now},"T":${now},"s":"${symbol}","ps":"${symbol}","st":1,` +
      `"U":${this.#first},"u":${this.#last},"pu":${this.#previous},"b":[${bids}],"a":[${asks}]}`;
    this.#bids.clear();
    this.#asks.clear();
    this.#first = null;
    this.#previous = this.#last;
    if (!this.#lost()) this.#send(message);
  }

  #lost(): boolean {
    const faults = this.#misfortune.at(this.#venue, "public");
    if (faults.length === 0) return false;
    if (faults.some(({ verb }) => verb === "malformed_frame")) {
      this.#send(`{"e":"depthUpdate","E":"NaN","s":"${this.#symbol.symbol}","U":-1,"u":`);
      return true;
    }
    return faults.some(({ verb }) => verb === "gap");
  }
}
