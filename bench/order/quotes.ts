import { GAP, REST_PRICE } from "./words.ts";

/** The one decision that every peer makes on a tick of OKX's bid: open when it has jumped, close when it is back. */
export class Decision {
  #open = false;
  #busy = false;
  readonly #trade: (act: "open" | "close") => Promise<unknown>;

  constructor(trade: (act: "open" | "close") => Promise<unknown>) {
    this.#trade = trade;
  }

  onBid(bid: number): void {
    if (this.#busy) return;
    const crossed = bid > REST_PRICE + GAP / 2;
    if (crossed === this.#open) return;
    this.#open = crossed;
    this.#busy = true;
    void this.#trade(crossed ? "open" : "close").finally(() => {
      this.#busy = false;
    });
  }
}

/** What each leg is sent with: Binance buys first and OKX sells, and the other way round on the way out. */
export const LEGS = {
  open: { binance: { side: "BUY", price: "60012.0" }, okx: { side: "sell", price: "60290.0" } },
  close: { binance: { side: "SELL", price: "59990.0" }, okx: { side: "buy", price: "60010.0" } },
} as const;
