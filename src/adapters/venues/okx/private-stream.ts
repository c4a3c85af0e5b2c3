import { MINUTE, type Instant, after } from "#domain/time.ts";
import type { Timer } from "#ports/clock.ts";
import type { Account, AccountUpdate } from "#ports/venue.ts";
import { parseExact } from "#adapters/wire/json.ts";
import { Session } from "#adapters/wire/session.ts";
import type { AccountNews } from "../catch-up.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import type { Listing } from "../listing.ts";
import { type OkxInstrument, decodeFill, decodeOrder, decodePosition, decodeSymbol, fillInPush } from "./decode.ts";
import { loginFault } from "./faults.ts";
import { HEARTBEAT, SILENCE_MS } from "./feed.ts";
import type { OkxRest } from "./rest.ts";
import type { OkxSigner } from "./signer.ts";
import { type PrivateFrame, readPrivateFrame } from "./private-words.ts";
import type { OrderPush, PositionWords } from "./words.ts";

const CHANNELS = [
  { channel: "orders", instType: "SWAP" },
  { channel: "positions", instType: "SWAP", extraParams: JSON.stringify({ updateInterval: "0" }) },
  { channel: "balance_and_position" },
] as const;
const READY_MS = 10_000;
/** A refused key is not refused less when asked again at once, and asking often locks it. */
const REFUSED_LOGIN_WAIT_MS = MINUTE;
const FUNDING_TRIES = 5;
const FUNDING_WAIT_MS = 2_000;

export interface PrivateStreamDeps {
  readonly settings: VenueSettings;
  readonly deps: VenueDeps;
  readonly rest: OkxRest;
  readonly signer: OkxSigner;
  readonly listing: Listing<OkxInstrument>;
  readonly fees: FeeValue;
  readonly news: AccountNews;
  readonly account: Pick<Account, "funding">;
  readonly listen: (update: AccountUpdate) => void;
}

/**
 * The private connection:  open ──► log in ──► subscribe ──► every channel confirmed ──► catch up ──► "up".
 * Pushes are told as they come, from the first on; "up" only says that nothing before them is missing.
 */
export class OkxPrivateStream {
  readonly #with: PrivateStreamDeps;
  readonly #session: Session;
  #readyBy: Timer | null = null;
  #awaited = new Set<string>();
  /** Aborted when this connection ends: a catch-up of an old one must not call the new one up. */
  #connection = new AbortController();

  constructor(with_: PrivateStreamDeps) {
    this.#with = with_;
    const url = `${with_.settings.wsUrl.replace(/\/+$/, "")}/ws/v5/private`;
    this.#session = new Session(with_.deps, {
      name: "okx private",
      // Sizes are contracts: without the listing not one push could be read.
      url: async () => ((await with_.listing.ready()) === null ? url : null),
      heartbeat: HEARTBEAT,
      silenceMs: SILENCE_MS,
      opened: () => this.#opened(),
      message: (text) => this.#onFrame(readPrivateFrame(parseExact(text))),
      down: (says) => this.#down(says),
    });
  }

  start(): void {
    this.#session.start();
  }

  close(): void {
    this.#connection.abort();
    this.#readyBy?.stop();
    this.#session.close();
  }

  #opened(): void {
    this.#connection = new AbortController();
    this.#awaited = new Set(CHANNELS.map((each) => each.channel));
    this.#readyBy = this.#with.deps.clock.after(READY_MS, () =>
      this.#session.restart("not logged in and subscribed in time"),
    );
    this.#session.send(this.#with.signer.login());
  }

  #down(says: string): void {
    this.#connection.abort();
    this.#readyBy?.stop();
    this.#with.news.stream("down", says);
  }

  #onFrame(frame: PrivateFrame): void {
    switch (frame.kind) {
      case "logged-in":
        this.#session.send(JSON.stringify({ op: "subscribe", args: CHANNELS }));
        return;
      case "subscribed":
        return this.#subscribed(frame.channel);
      case "orders":
        for (const push of frame.orders) this.#onOrder(push);
        return;
      case "positions":
        for (const words of frame.positions) this.#onPosition(words);
        return;
      case "funding-charged":
        // The push tells the new balance, not what was paid for which instrument: the bills do.
        void this.#tellFunding(after(frame.at as Instant, -5 * MINUTE), this.#connection.signal);
        return;
      case "error":
        return void this.#onError(frame.code, frame.says);
      case "closing":
        return this.#session.restart("the venue will close this connection for an upgrade");
      case "bad":
        return this.#with.news.bad(frame.says);
      case "other":
        return;
    }
  }

  #subscribed(channel: string): void {
    if (!this.#awaited.delete(channel) || this.#awaited.size > 0) return;
    this.#readyBy?.stop();
    void this.#catchUp(this.#connection.signal);
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    if (await this.#with.news.catchUp(signal)) this.#with.news.stream("up", "logged in and caught up");
  }

  async #onError(code: string, says: string): Promise<void> {
    const fault = loginFault(code, says);
    this.#with.news.bad(`the private stream was refused: ${code} ${says}`);
    const { signal } = this.#connection;
    if (fault.kind === "not-done") await this.#with.rest.syncClock();
    if (signal.aborted) return;
    this.#session.restart(`refused: ${code}`, fault.kind === "venue-stop" ? REFUSED_LOGIN_WAIT_MS : 0);
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
      void news.missedFills(this.#connection.signal);
    } else if (words !== null) {
      const decoded = decodeFill(words, instrument, fees);
      if (decoded === null) news.bad("a fill with a number we cannot read");
      else {
        if (decoded.note !== null) news.bad(decoded.note);
        news.fill(decoded.fill);
      }
    }
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
