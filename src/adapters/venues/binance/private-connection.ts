import { MINUTE } from "#domain/time.ts";
import type { Timer } from "#ports/clock.ts";
import { isFields, parseExact } from "#adapters/wire/json.ts";
import type { Link, LinkEvents } from "#adapters/wire/handover.ts";
import { Session } from "#adapters/wire/session.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import type { Sentinel } from "../sentinel.ts";
import type { Listing } from "../listing.ts";
import { isListenKeyGone } from "./faults.ts";
import { type BinanceCall, type BinanceRest, weight } from "./rest.ts";
import { type AccountNewsEvent, listenKeyWords, readOne, readPrivateFrame } from "./words.ts";

const PING_MS = 15_000;
/** A key lives for an hour; asked for twice as often, one lost answer costs nothing. */
const KEEP_ALIVE_MS = 30 * MINUTE;
const KEEP_ALIVE_RETRY_MS = MINUTE;

export interface PrivateConnectionDeps {
  readonly settings: VenueSettings;
  readonly deps: VenueDeps;
  readonly sentinel: Sentinel;
  /** Somebody has changed how the account is set up. */
  readonly changed: () => void;
  readonly rest: BinanceRest;
  readonly listing: Listing;
}

/**
 * One connection to the listenKey's stream. An expired key leaves its socket open and silent, so the key is kept alive,
 * its end is listened for, and a new connection always asks for a key first.
 */
export class BinancePrivateConnection implements Link {
  readonly #with: PrivateConnectionDeps;
  readonly #hear: (event: AccountNewsEvent | "bad") => void;
  readonly #session: Session;
  #keepAlive: Timer | null = null;
  /** Counts connections: an answer about the key of an old one is nothing to the new one. */
  #connection = 0;

  constructor(with_: PrivateConnectionDeps, events: LinkEvents, hear: (event: AccountNewsEvent | "bad") => void) {
    this.#with = with_;
    this.#hear = hear;
    this.#session = new Session(with_.deps, {
      name: "binance private",
      url: () => this.#address(),
      heartbeat: { kind: "protocol", everyMs: with_.settings.patience?.heartbeatMs ?? PING_MS },
      // An account may have nothing to say for days.
      silenceMs: Number.POSITIVE_INFINITY,
      opened: () => {
        this.#connection += 1;
        this.#keepAliveIn(KEEP_ALIVE_MS);
        events.ready();
      },
      message: (text) => this.#onFrame(text),
      down: (says) => {
        this.#connection += 1;
        this.#keepAlive?.stop();
        events.down(says);
      },
    });
  }

  start(): void {
    this.#session.start();
  }

  restart(says: string): void {
    this.#session.restart(says);
  }

  close(): void {
    this.#connection += 1;
    this.#keepAlive?.stop();
    this.#session.close();
  }

  async #address(): Promise<string | null> {
    const { rest, listing, settings } = this.#with;
    if ((await listing.ready()) !== null) return null;
    const key = await rest.ask(listenKeyCall("POST"), readOne(listenKeyWords));
    if (key.outcome === "fault") return null;
    return `${settings.wsUrl.replace(/\/+$/, "")}/private/ws/${encodeURIComponent(key.value.listenKey)}`;
  }

  #keepAliveIn(milliseconds: number): void {
    this.#keepAlive?.stop();
    this.#keepAlive = this.#with.deps.clock.after(milliseconds, () => void this.#extend());
  }

  async #extend(): Promise<void> {
    const connection = this.#connection;
    const reply = await this.#with.rest.send(listenKeyCall("PUT"));
    if (connection !== this.#connection) return;
    if (reply.outcome === "refused" && isListenKeyGone(reply.refusal)) this.#session.restart("its listen key is gone");
    else this.#keepAliveIn(reply.outcome === "answered" ? KEEP_ALIVE_MS : KEEP_ALIVE_RETRY_MS);
  }

  #onFrame(text: string): void {
    const frame = parseExact(text);
    if (isFields(frame) && frame["e"] === "ORDER_TRADE_UPDATE") this.#with.sentinel.row("order event", frame["o"]);
    if (isFields(frame) && frame["e"] === "ACCOUNT_CONFIG_UPDATE") this.#with.changed();
    const event = readPrivateFrame(frame);
    if (event === "other") return;
    if (event !== "bad" && event.e === "listenKeyExpired") this.#session.restart("its listen key expired");
    else this.#hear(event);
  }
}

function listenKeyCall(method: "POST" | "PUT"): BinanceCall {
  return { method, path: "/fapi/v1/listenKey", security: "key", charges: weight(1), lane: "reserved" };
}
