import { MINUTE, type Instant, after } from "#domain/time.ts";
import type { Timer } from "#ports/clock.ts";
import type { Account } from "#ports/venue.ts";
import { parseExact } from "#adapters/wire/json.ts";
import { Session } from "#adapters/wire/session.ts";
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
import { isListenKeyGone } from "./faults.ts";
import { type BinanceRest, weight } from "./rest.ts";
import { type AccountEvent, type OrderEvent, listenKeyWords, readOne, readPrivateFrame } from "./words.ts";
import type { AccountUpdate } from "#ports/venue.ts";

const PING_MS = 15_000;
/** A key lives for an hour; asked for twice as often, one lost answer costs nothing. */
const KEEP_ALIVE_MS = 30 * MINUTE;
const KEEP_ALIVE_RETRY_MS = MINUTE;

export interface PrivateStreamDeps {
  readonly settings: VenueSettings;
  readonly deps: VenueDeps;
  readonly rest: BinanceRest;
  readonly listing: Listing;
  readonly fees: FeeValue;
  readonly news: AccountNews;
  readonly account: Pick<Account, "funding">;
  readonly listen: (update: AccountUpdate) => void;
}

/**
 * The listenKey's stream. An expired key leaves its socket open and silent, so the key is kept alive, its end is
 * listened for, and a new connection always asks for a key first.
 */
export class BinancePrivateStream {
  readonly #with: PrivateStreamDeps;
  readonly #session: Session;
  #keepAlive: Timer | null = null;
  /** Aborted when this connection ends: a catch-up of an old one must not call the new one up. */
  #connection = new AbortController();

  constructor(with_: PrivateStreamDeps) {
    this.#with = with_;
    this.#session = new Session(with_.deps, {
      name: "binance private",
      url: () => this.#address(),
      heartbeat: { kind: "protocol", everyMs: PING_MS },
      // An account may have nothing to say for days.
      silenceMs: Number.POSITIVE_INFINITY,
      opened: () => this.#opened(),
      message: (text) => this.#onFrame(text),
      down: (says) => this.#down(says),
    });
  }

  start(): void {
    this.#session.start();
  }

  close(): void {
    this.#connection.abort();
    this.#keepAlive?.stop();
    this.#session.close();
  }

  async #address(): Promise<string | null> {
    const { rest, listing, settings } = this.#with;
    if ((await listing.ready()) !== null) return null;
    const call = {
      method: "POST",
      path: "/fapi/v1/listenKey",
      security: "key",
      charges: weight(1),
      lane: "reserved",
    } as const;
    const key = await rest.ask(call, readOne(listenKeyWords));
    if (key.outcome === "fault") return null;
    return `${settings.wsUrl.replace(/\/+$/, "")}/private/ws/${encodeURIComponent(key.value.listenKey)}`;
  }

  #opened(): void {
    this.#connection = new AbortController();
    this.#keepAliveIn(KEEP_ALIVE_MS);
    void this.#catchUp(this.#connection.signal);
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    if (await this.#with.news.catchUp(signal)) this.#with.news.stream("up", "connected and caught up");
  }

  #down(says: string): void {
    this.#connection.abort();
    this.#keepAlive?.stop();
    this.#with.news.stream("down", says);
  }

  #keepAliveIn(milliseconds: number): void {
    this.#keepAlive?.stop();
    this.#keepAlive = this.#with.deps.clock.after(milliseconds, () => void this.#extend(this.#connection.signal));
  }

  async #extend(signal: AbortSignal): Promise<void> {
    const call = {
      method: "PUT",
      path: "/fapi/v1/listenKey",
      security: "key",
      charges: weight(1),
      lane: "reserved",
    } as const;
    const reply = await this.#with.rest.send(call);
    if (signal.aborted) return;
    if (reply.outcome === "refused" && isListenKeyGone(reply.refusal)) this.#session.restart("its listen key is gone");
    else this.#keepAliveIn(reply.outcome === "answered" ? KEEP_ALIVE_MS : KEEP_ALIVE_RETRY_MS);
  }

  #onFrame(text: string): void {
    const event = readPrivateFrame(parseExact(text));
    if (event === "other") return;
    if (event === "bad") {
      this.#with.news.bad("a private frame we cannot read");
    } else if (event.e === "listenKeyExpired") {
      this.#session.restart("its listen key expired");
    } else if (event.e === "ORDER_TRADE_UPDATE") {
      this.#onOrder(event);
    } else {
      this.#onAccount(event);
    }
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
      void news.missedFills(this.#connection.signal);
    } else if (trade !== null) {
      const decoded = decodeFill(trade, { instrument, order: event.o.c, fees });
      if (decoded === null) news.bad("a fill with a number we cannot read");
      else {
        if (decoded.note !== null) news.bad(decoded.note);
        news.fill(decoded.fill);
      }
    }
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
