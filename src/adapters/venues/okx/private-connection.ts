import { MINUTE } from "#domain/time.ts";
import type { Timer } from "#ports/clock.ts";
import type { Link, LinkEvents } from "#adapters/wire/handover.ts";
import { isFields, parseExact, textOf } from "#adapters/wire/json.ts";
import { Session } from "#adapters/wire/session.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import type { Sentinel } from "../sentinel.ts";
import type { Listing } from "../listing.ts";
import type { OkxInstrument } from "./decode.ts";
import { loginFault } from "./faults.ts";
import { lifeSigns } from "./feed.ts";
import { KIND_OF_CHANNEL } from "./known-fields.ts";
import { type PrivateFrame, readPrivateFrame } from "./private-words.ts";
import type { OkxRest } from "./rest.ts";
import type { OkxSigner } from "./signer.ts";

const CHANNELS = [
  { channel: "orders", instType: "SWAP" },
  { channel: "positions", instType: "SWAP", extraParams: JSON.stringify({ updateInterval: "0" }) },
  { channel: "balance_and_position" },
] as const;
const READY_MS = 10_000;
/** A refused key is not refused less when asked again at once, and asking often locks it. */
const REFUSED_LOGIN_WAIT_MS = MINUTE;

export interface PrivateConnectionDeps {
  readonly settings: VenueSettings;
  readonly deps: VenueDeps;
  readonly sentinel: Sentinel;
  readonly rest: OkxRest;
  readonly signer: OkxSigner;
  readonly listing: Listing<OkxInstrument>;
}

/** One private connection:  open ──► log in ──► subscribe ──► every channel confirmed ──► ready. */
export class OkxPrivateConnection implements Link {
  readonly #with: PrivateConnectionDeps;
  readonly #events: LinkEvents;
  readonly #hear: (frame: PrivateFrame) => void;
  readonly #session: Session;
  #readyBy: Timer | null = null;
  #awaited = new Set<string>();
  /** Counts connections: what was asked for an old one is nothing to the new one. */
  #connection = 0;

  constructor(with_: PrivateConnectionDeps, events: LinkEvents, hear: (frame: PrivateFrame) => void) {
    this.#with = with_;
    this.#events = events;
    this.#hear = hear;
    const url = `${with_.settings.wsUrl.replace(/\/+$/, "")}/ws/v5/private`;
    this.#session = new Session(with_.deps, {
      name: "okx private",
      // Sizes are contracts: without the listing not one push could be read.
      url: async () => ((await with_.listing.ready()) === null ? url : null),
      ...lifeSigns(with_.settings),
      opened: () => this.#opened(),
      message: (text) => {
        const frame = parseExact(text);
        this.#look(frame);
        this.#onFrame(readPrivateFrame(frame));
      },
      down: (says) => {
        this.#connection += 1;
        this.#readyBy?.stop();
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
    this.#readyBy?.stop();
    this.#session.close();
  }

  #opened(): void {
    this.#awaited = new Set(CHANNELS.map((each) => each.channel));
    this.#readyBy = this.#with.deps.clock.after(READY_MS, () =>
      this.#session.restart("not logged in and subscribed in time"),
    );
    this.#session.send(this.#with.signer.login());
  }

  #onFrame(frame: PrivateFrame): void {
    switch (frame.kind) {
      case "logged-in":
        this.#session.send(JSON.stringify({ op: "subscribe", args: CHANNELS }));
        return;
      case "subscribed":
        return this.#subscribed(frame.channel);
      case "closing":
        return this.#events.closing();
      case "error":
        this.#hear(frame);
        return void this.#refused(frame.code, frame.says);
      default:
        return this.#hear(frame);
    }
  }

  #look(frame: unknown): void {
    if (!isFields(frame) || !isFields(frame["arg"]) || !Array.isArray(frame["data"])) return;
    const kind = KIND_OF_CHANNEL[textOf(frame["arg"]["channel"])];
    if (kind !== undefined) for (const row of frame["data"] as readonly unknown[]) this.#with.sentinel.row(kind, row);
  }

  #subscribed(channel: string): void {
    if (!this.#awaited.delete(channel) || this.#awaited.size > 0) return;
    this.#readyBy?.stop();
    this.#events.ready();
  }

  async #refused(code: string, says: string): Promise<void> {
    const fault = loginFault(code, says);
    const connection = this.#connection;
    if (fault.kind === "not-done") await this.#with.rest.syncClock();
    if (connection !== this.#connection) return;
    this.#session.restart(`refused: ${code}`, fault.kind === "venue-stop" ? REFUSED_LOGIN_WAIT_MS : 0);
  }
}
