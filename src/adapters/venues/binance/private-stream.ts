import { HOUR, MINUTE, type Instant, after } from "#domain/time.ts";
import type { Account, AccountUpdate } from "#ports/venue.ts";
import { Handover } from "#adapters/wire/handover.ts";
import type { AccountNews } from "../catch-up.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import type { Listing } from "../listing.ts";
import {
  decodeFill,
  decodeFundingPayment,
  decodeOrderEvent,
  decodePositionEvent,
  decodeSymbol,
  tradeInEvent,
} from "./decode.ts";
import type { Sentinel } from "../sentinel.ts";
import type { Unspoken } from "../unspoken.ts";
import { BinancePrivateConnection } from "./private-connection.ts";
import type { BinanceRest } from "./rest.ts";
import type { AccountEvent, AccountNewsEvent, OrderEvent } from "./words.ts";

/** The venue ends every connection after 24 hours. */
const LIFE_MS = 23 * HOUR;
/** What was sent on the old connection before the new one was there may still be on its way. */
const DRAIN_MS = 5_000;

export interface PrivateStreamDeps {
  readonly settings: VenueSettings;
  readonly deps: VenueDeps;
  readonly sentinel: Sentinel;
  /** Somebody has changed how the account is set up. */
  readonly changed: () => void;
  readonly rest: BinanceRest;
  readonly listing: Listing;
  readonly fees: FeeValue;
  readonly news: AccountNews;
  readonly unspoken: Unspoken;
  readonly account: Pick<Account, "funding">;
  readonly listen: (update: AccountUpdate) => void;
}

/**
 * The account's stream, over one connection after another. It is "up" when a connection stands and nothing before it
 * is missing; while one takes the place of another it stays so.
 */
export class BinancePrivateStream {
  readonly #with: PrivateStreamDeps;
  readonly #connections: Handover<BinancePrivateConnection>;
  /** Aborted when nothing stands any more: a catch-up of an old time must not call a new one up. */
  #time = new AbortController();

  constructor(with_: PrivateStreamDeps) {
    this.#with = with_;
    const { deps } = with_;
    this.#connections = new Handover(deps, {
      lifeMs: LIFE_MS,
      make: (events) => new BinancePrivateConnection(with_, events, (event) => this.#hear(event)),
      retire: (old) => void deps.clock.after(DRAIN_MS, () => old.close()),
      up: () => void this.#catchUp(this.#time.signal),
      down: (says) => this.#down(says),
    });
  }

  start(): void {
    this.#connections.start();
  }

  restart(says: string): void {
    for (const link of this.#connections.links) link.restart(says);
  }

  close(): void {
    this.#with.unspoken.end();
    this.#time.abort();
    this.#connections.close();
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    if (!(await this.#with.news.catchUp(signal))) return;
    this.#with.unspoken.begin((says) => this.#silent(says));
    this.#with.news.stream("up", "connected and caught up");
  }

  #down(says: string): void {
    this.#with.unspoken.end();
    this.#time.abort();
    this.#time = new AbortController();
    this.#with.news.stream("down", says);
  }

  /** Open and dumb: what it kept to itself is asked for while another connection takes its place. */
  #silent(says: string): void {
    this.#with.news.silent(says);
    this.#connections.current?.restart(says);
  }

  #hear(event: AccountNewsEvent | "bad"): void {
    if (event === "bad") this.#with.news.bad("a private frame we cannot read");
    else if (event.e === "ORDER_TRADE_UPDATE") this.#onOrder(event);
    else this.#onAccount(event);
  }

  #onOrder(event: OrderEvent): void {
    const { news, fees } = this.#with;
    const instrument = decodeSymbol(event.o.s);
    if (instrument === null) return;
    const order = decodeOrderEvent(event, instrument);
    if (order === null) return news.bad("an order event with a number we cannot read");
    const trade = tradeInEvent(event);
    if (trade !== null && trade.id === "0") {
      // A fill without an id cannot be told from its copy; REST knows its id.
      void news.missedFills(this.#time.signal);
    } else if (trade !== null) {
      const decoded = decodeFill(trade, { instrument, order: event.o.c, fees });
      if (decoded === null) news.bad("a fill with a number we cannot read");
      else {
        if (decoded.note !== null) news.bad(decoded.note);
        news.fill(decoded.fill);
      }
    }
    this.#with.unspoken.told(order.id);
    news.order(order);
  }

  #onAccount(event: AccountEvent): void {
    const { news, listen } = this.#with;
    for (const words of event.a.P) {
      const instrument = decodeSymbol(words.s);
      if (instrument === null) continue;
      const position = decodePositionEvent(words, instrument, event.T);
      if (position === null) news.bad("a position with a number we cannot read");
      else listen({ type: "position", position });
    }
    if (event.a.m === "FUNDING_FEE") this.#onFunding(event);
  }

  #onFunding(event: AccountEvent): void {
    const symbol = event.a.S ?? event.a.P[0]?.s;
    const change = event.a.B.find((balance) => balance.a === "USDT");
    if (symbol === undefined || change === undefined) {
      // Older payloads do not say which symbol was charged; the income does.
      void this.#askFunding(after(event.T as Instant, -5 * MINUTE));
      return;
    }
    const payment = decodeFundingPayment({ symbol, income: change.bc, asset: "USDT", time: event.T });
    if (payment === null) this.#with.news.bad("a funding payment with a number we cannot read");
    else this.#with.news.funding(payment);
  }

  async #askFunding(since: Instant): Promise<void> {
    const payments = await this.#with.account.funding(since);
    if (payments.outcome === "fault") return this.#with.news.bad("a funding payment of a symbol we could not learn");
    for (const payment of payments.value) this.#with.news.funding(payment);
  }
}
