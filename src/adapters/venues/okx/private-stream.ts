import { MINUTE, type Instant, after } from "#domain/time.ts";
import type { Account, AccountUpdate } from "#ports/venue.ts";
import { Handover } from "#adapters/wire/handover.ts";
import type { AccountNews } from "../catch-up.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import type { Listing } from "../listing.ts";
import { type OkxInstrument, decodeFill, decodeOrder, decodePosition, decodeSymbol, fillInPush } from "./decode.ts";
import type { Sentinel } from "../sentinel.ts";
import type { Unspoken } from "../unspoken.ts";
import { OkxPrivateConnection } from "./private-connection.ts";
import type { OkxRest } from "./rest.ts";
import type { OkxSigner } from "./signer.ts";
import type { PrivateFrame } from "./private-words.ts";
import type { OrderPush, PositionWords } from "./words.ts";

/** What was sent on the old connection before the new one was there may still be on its way. */
const DRAIN_MS = 5_000;
const FUNDING_TRIES = 5;
const FUNDING_WAIT_MS = 2_000;

export interface PrivateStreamDeps {
  readonly settings: VenueSettings;
  readonly deps: VenueDeps;
  readonly sentinel: Sentinel;
  readonly rest: OkxRest;
  readonly signer: OkxSigner;
  readonly listing: Listing<OkxInstrument>;
  readonly fees: FeeValue;
  readonly news: AccountNews;
  readonly unspoken: Unspoken;
  readonly account: Pick<Account, "funding">;
  readonly listen: (update: AccountUpdate) => void;
}

/**
 * The account's channels, over one connection after another. Pushes are told as they come, from the first on; "up" says
 * that nothing before them is missing, and stays so while one connection takes the place of another.
 */
export class OkxPrivateStream {
  readonly #with: PrivateStreamDeps;
  readonly #connections: Handover<OkxPrivateConnection>;
  /** Aborted when nothing stands any more: a catch-up of an old time must not call a new one up. */
  #time = new AbortController();

  constructor(with_: PrivateStreamDeps) {
    this.#with = with_;
    const { deps } = with_;
    this.#connections = new Handover(deps, {
      // Nothing ends a connection here but a notice or an accident.
      lifeMs: Number.POSITIVE_INFINITY,
      make: (events) => new OkxPrivateConnection(with_, events, (frame) => this.#onFrame(frame)),
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

  #down(says: string): void {
    this.#with.unspoken.end();
    this.#time.abort();
    this.#time = new AbortController();
    this.#with.news.stream("down", says);
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    if (!(await this.#with.news.catchUp(signal))) return;
    this.#with.unspoken.begin((says) => this.#silent(says));
    this.#with.news.stream("up", "logged in and caught up");
  }

  /** Open and dumb: what it kept to itself is asked for while another connection takes its place. */
  #silent(says: string): void {
    this.#with.news.silent(says);
    this.#connections.current?.restart(says);
  }

  #onFrame(frame: PrivateFrame): void {
    switch (frame.kind) {
      case "orders":
        for (const push of frame.orders) this.#onOrder(push);
        return;
      case "positions":
        for (const words of frame.positions) this.#onPosition(words);
        return;
      case "funding-charged":
        // The push tells the new balance, not what was paid for which instrument: the bills do.
        void this.#tellFunding(after(frame.at as Instant, -5 * MINUTE), this.#time.signal);
        return;
      case "error":
        return this.#with.news.bad(`the private stream was refused: ${frame.code} ${frame.says}`);
      case "bad":
        return this.#with.news.bad(frame.says);
      default:
        return;
    }
  }

  #onOrder(push: OrderPush): void {
    const { news, fees } = this.#with;
    const instrument = this.#instrument(push.instId);
    if (instrument === null) return;
    const order = decodeOrder(push, instrument);
    if (order === null) return news.bad("an order push with a number we cannot read");
    const words = fillInPush(push);
    if (words !== null && (words.tradeId === "" || words.tradeId === "0")) {
      // A fill without an id cannot be told from its copy; REST knows its id.
      void news.missedFills(this.#time.signal);
    } else if (words !== null) {
      const decoded = decodeFill(words, instrument, fees);
      if (decoded === null) news.bad("a fill with a number we cannot read");
      else {
        if (decoded.note !== null) news.bad(decoded.note);
        news.fill(decoded.fill);
      }
    }
    this.#with.unspoken.told(order.id);
    news.order(order);
  }

  #onPosition(words: PositionWords): void {
    const instrument = this.#instrument(words.instId);
    if (instrument === null) return;
    const position = decodePosition(words, instrument);
    if (position === null) this.#with.news.bad("a position with a number we cannot read");
    else this.#with.listen({ type: "position", position });
  }

  /** Bills may appear a moment after the balance moved. */
  async #tellFunding(since: Instant, signal: AbortSignal): Promise<void> {
    for (let tries = 0; tries < FUNDING_TRIES && !signal.aborted; tries += 1) {
      const payments = await this.#with.account.funding(since);
      if (payments.outcome === "answered" && payments.value.filter((each) => this.#with.news.funding(each)).length > 0)
        return;
      await this.#with.deps.clock.sleep(FUNDING_WAIT_MS, signal);
    }
  }

  #instrument(symbol: string): OkxInstrument | null {
    const instrument = this.#with.listing.bySymbol(symbol);
    if (!instrument && decodeSymbol(symbol) !== null) {
      this.#with.news.bad(`a push about ${symbol}, which was not listed when we asked`);
      void this.#with.listing.load();
    }
    return instrument ?? null;
  }
}
