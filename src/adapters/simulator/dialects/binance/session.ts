import type { Clock, Timer } from "#ports/clock.ts";
import type { WirePeer, WireSession } from "../../dialect.ts";
import type { Hearer, PublicStreams, Root } from "./public-streams.ts";

const PING_MS = 180_000;
const PONG_WITHIN_MS = 600_000;
const LIFE_MS = 86_400_000;
const MESSAGES_PER_SECOND = 10;
const MAX_STREAMS = 1_024;

/** One websocket of the streams host: market streams of its root, or the account's events. */
export class BinanceSession implements WireSession {
  readonly root: Root;
  /** Listen keys it was opened with, and the events it wants of them; null wants all. */
  readonly keys: ReadonlySet<string>;
  readonly #events: ReadonlySet<string> | null;
  readonly #combined: boolean;
  readonly #peer: WirePeer;
  readonly #clock: Clock;
  readonly #streams: PublicStreams;
  readonly #left: (session: BinanceSession) => void;
  readonly #subscribed = new Set<string>();
  readonly #timers: Timer[];
  #heardAt: number;
  #second = 0;
  #messages = 0;
  #open = true;

  constructor(
    form: {
      readonly root: Root;
      readonly combined: boolean;
      readonly keys: ReadonlySet<string>;
      readonly events: ReadonlySet<string> | null;
    },
    peer: WirePeer,
    clock: Clock,
    streams: PublicStreams,
    left: (session: BinanceSession) => void,
  ) {
    this.root = form.root;
    this.keys = form.keys;
    this.#events = form.events;
    this.#combined = form.combined;
    this.#peer = peer;
    this.#clock = clock;
    this.#streams = streams;
    this.#left = left;
    this.#heardAt = clock.now();
    this.#timers = [
      clock.every(PING_MS, () => this.#ping()),
      clock.after(LIFE_MS, () => this.close(1001, "24 hours are over")),
    ];
  }

  subscribe(streams: readonly string[]): void {
    for (const stream of streams) {
      if (this.#subscribed.has(stream)) continue;
      this.#subscribed.add(stream);
      // On the wrong root it is acknowledged, and nothing ever comes.
      if (this.#streams.rootOf(stream) === this.root) this.#streams.hear(stream, this.#hear);
    }
  }

  /** An event of the account, whichever of its keys it came by. */
  event(name: string, text: string, key: string): void {
    if (!this.keys.has(key)) return;
    if (this.#events && !this.#events.has(name) && name !== "listenKeyExpired") return;
    this.#send(this.#combined ? `{"stream":"${key}","data":${text}}` : text);
  }

  message(text: string): void {
    if (!this.#open || this.#flooded()) return;
    let asked: unknown;
    try {
      asked = JSON.parse(text);
    } catch {
      this.#send(`{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}`);
      return;
    }
    const { method, params, id } = (asked ?? {}) as { method?: unknown; params?: unknown; id?: unknown };
    if (method === "LIST_SUBSCRIPTIONS") {
      this.#send(JSON.stringify({ result: [...this.#subscribed], id }));
      return;
    }
    if (method !== "SUBSCRIBE" && method !== "UNSUBSCRIBE") {
      this.#send(`{"code":2,"msg":"Invalid request: unknown variant"}`);
      return;
    }
    if (!Array.isArray(params) || !params.every((name): name is string => typeof name === "string")) {
      this.#send(`{"code":2,"msg":"Invalid request: property \`params\` must be an array of strings."}`);
      return;
    }
    if (method === "SUBSCRIBE" && this.#subscribed.size + params.length > MAX_STREAMS) {
      this.close(1008, "too many streams");
      return;
    }
    this.#send(JSON.stringify({ result: null, id }));
    if (method === "SUBSCRIBE") this.subscribe(params);
    else for (const stream of params) this.#unsubscribe(stream);
  }

  pong(): void {
    this.#heardAt = this.#clock.now();
  }

  closed(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const timer of this.#timers) timer.stop();
    for (const stream of Array.from(this.#subscribed)) this.#unsubscribe(stream);
    this.#left(this);
  }

  close(code: number, says: string): void {
    if (!this.#open) return;
    this.closed();
    this.#peer.close(code, says);
  }

  readonly #hear: Hearer = (stream, payload) => {
    this.#send(this.#combined ? `{"stream":"${stream}","data":${payload}}` : payload);
  };

  #send(text: string): void {
    if (this.#open) this.#peer.send(text);
  }

  #unsubscribe(stream: string): void {
    if (this.#subscribed.delete(stream)) this.#streams.leave(stream, this.#hear);
  }

  #ping(): void {
    if (this.#clock.now() - this.#heardAt > PONG_WITHIN_MS) this.close(1008, "no pong");
    else this.#peer.ping();
  }

  #flooded(): boolean {
    const second = Math.floor(this.#clock.now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#messages = 0;
    }
    this.#messages += 1;
    if (this.#messages <= MESSAGES_PER_SECOND) return false;
    this.close(1008, "Too many requests");
    return true;
  }
}
