import type { Chance } from "#ports/chance.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Log } from "#ports/telemetry.ts";
import type { Socket, SocketFactory } from "#ports/wire.ts";
import { decodeText } from "./json.ts";

export interface SessionDeps {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly sockets: SocketFactory;
  readonly log: Log;
}

/** How a peer shows that it is alive when it has nothing to say. */
export type Heartbeat =
  /** A protocol ping; the socket closes itself when no pong comes. */
  | { readonly kind: "protocol"; readonly everyMs: number }
  /** A text of ours answered by a text of theirs, which never reaches `message`. */
  | { readonly kind: "text"; readonly everyMs: number; readonly ping: string; readonly pong: string };

export interface SessionPlan {
  readonly name: string;
  /** Where to connect; asked before every attempt. Null: not now, try again later. */
  readonly url: () => Promise<string | null>;
  readonly heartbeat: Heartbeat;
  /** Not one message for so long, and the connection is given up. */
  readonly silenceMs: number;
  /** Connected: log in, subscribe. Runs again after every reconnect. */
  readonly opened: () => void;
  /** Each message as its text, or, for streams that are read without making a text of them, as its bytes. */
  readonly message: ((text: string) => void) | { readonly bytes: (bytes: Uint8Array) => void };
  /** It was open and is no longer; a reconnect is already under way. */
  readonly down: (says: string) => void;
}

const CONNECT_MS = 15_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 15_000;
/** A connection that held so long was a good one: the next failure starts from the shortest wait. */
const GOOD_AFTER_MS = 30_000;

/**
 * A socket that lives: it connects, listens for a heartbeat, and comes back by itself until it is closed.
 *
 *   waiting ──► connecting ──► open ──► waiting (jittered, longer each time) … ──► closed
 */
export class Session {
  readonly #deps: SessionDeps;
  readonly #plan: SessionPlan;
  #socket: Socket | null = null;
  #timers: Timer[] = [];
  #state: "idle" | "waiting" | "connecting" | "open" | "closed" = "idle";
  #attempt = 0;
  /** Tells late callbacks of an abandoned socket from those of the present one. */
  #generation = 0;
  #openedAt = 0;
  #heardAt = 0;
  /** Something came since the last beat. The clock is read once a beat, not once a message. */
  #heard = false;

  constructor(deps: SessionDeps, plan: SessionPlan) {
    this.#deps = deps;
    this.#plan = plan;
  }

  get open(): boolean {
    return this.#state === "open";
  }

  start(): void {
    if (this.#state === "idle") void this.#connect();
  }

  /** False when it is not open: nothing was sent. */
  send(text: string): boolean {
    return this.#state === "open" && this.#socket !== null && this.#socket.send(text);
  }

  /** Gives this connection up and takes another, not before `atLeastMs`. */
  restart(says: string, atLeastMs = 0): void {
    if (this.#state === "open" || this.#state === "connecting") this.#drop(says, atLeastMs);
  }

  close(): void {
    this.#state = "closed";
    this.#generation += 1;
    this.#stopTimers();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  async #connect(): Promise<void> {
    const generation = ++this.#generation;
    this.#state = "connecting";
    this.#stopTimers();
    this.#timers = [this.#deps.clock.after(CONNECT_MS, () => this.#drop(`not open within ${CONNECT_MS} ms`))];
    const url = await this.#plan.url();
    if (generation !== this.#generation) return;
    if (url === null) {
      this.#drop("no address to connect to");
      return;
    }
    this.#socket = this.#deps.sockets.open(url, {
      opened: () => {
        if (generation === this.#generation) this.#opened();
      },
      message: (bytes) => {
        if (generation === this.#generation) this.#message(bytes);
      },
      closed: (code, says) => {
        if (generation === this.#generation) this.#drop(`closed ${code}${says ? ` ${says}` : ""}`);
      },
    });
  }

  #opened(): void {
    const { clock } = this.#deps;
    this.#stopTimers();
    this.#state = "open";
    this.#openedAt = this.#heardAt = clock.monotonic();
    this.#timers = [clock.every(this.#plan.heartbeat.everyMs, () => this.#beat())];
    this.#plan.opened();
  }

  #message(bytes: Uint8Array): void {
    this.#heard = true;
    const { heartbeat, message } = this.#plan;
    const short = heartbeat.kind === "text" && bytes.length === heartbeat.pong.length;
    if (short && decodeText(bytes) === heartbeat.pong) return;
    if (typeof message === "function") message(decodeText(bytes));
    else message.bytes(bytes);
  }

  #beat(): void {
    const { heartbeat, silenceMs } = this.#plan;
    const now = this.#deps.clock.monotonic();
    if (this.#heard) this.#heardAt = now;
    this.#heard = false;
    const silentFor = now - this.#heardAt;
    if (silentFor >= silenceMs) {
      this.#drop(`silent for ${Math.round(silentFor)} ms`);
    } else if (heartbeat.kind === "protocol") {
      this.#socket?.ping();
    } else if (silentFor > 0) {
      this.#socket?.send(heartbeat.ping);
    }
  }

  #drop(says: string, atLeastMs = 0): void {
    const { clock, chance, log } = this.#deps;
    const wasOpen = this.#state === "open";
    const held = wasOpen ? clock.monotonic() - this.#openedAt : 0;
    const socket = this.#socket;
    this.#socket = null;
    this.#generation += 1;
    this.#stopTimers();
    this.#state = "waiting";
    if (held >= GOOD_AFTER_MS) this.#attempt = 0;
    const longest = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#attempt);
    const waitMs = Math.max(atLeastMs, longest / 2 + chance.integer(Math.floor(longest / 2) + 1));
    this.#attempt += 1;
    log.write("warn", `${this.#plan.name}: connection lost`, { why: says, waitMs: Math.round(waitMs) });
    this.#timers = [clock.after(waitMs, () => void this.#connect())];
    socket?.close();
    if (wasOpen) this.#plan.down(says);
  }

  #stopTimers(): void {
    for (const timer of this.#timers) timer.stop();
    this.#timers = [];
  }
}
