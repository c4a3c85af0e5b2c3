import { type Channel, CHANNELS, HEARTBEAT_S, STREAM_VERSION } from "#contract/stream.ts";
import type { StreamDesk, StreamNews } from "#desk/stream-desk.ts";
import { type Instant, MINUTE, isoTime } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import { textFrame } from "./frame.ts";
import { CLOSE, type Listener } from "./listener.ts";

const PING_EVERY_MS = 20_000;
/** A credential that was taken away must not hear on for a second. */
const WELCOME_EVERY_MS = 500;
/** So many are written to in one go: the loop belongs to trading. */
const AT_ONCE = 100;

export interface HubDeps {
  readonly clock: Clock;
  readonly desk: Pick<StreamDesk, "listen" | "snapshot">;
  readonly version: string;
}

/** Tells every listener what changes. Each message is written down once, whoever hears it. */
export class StreamHub {
  readonly #deps: HubDeps;
  readonly #listeners = new Set<Listener>();
  readonly #timers: Timer[] = [];
  readonly #news: { close(): void };
  readonly #drops: { readonly at: Instant; readonly reason: string }[] = [];
  readonly #dropped = new Map<string, number>();
  #sequence = 0;
  #closed = false;

  constructor(deps: HubDeps) {
    this.#deps = deps;
    const { clock, desk } = deps;
    this.#news = desk.listen(
      (news) => this.#tell(news),
      () => this.#listeners.size > 0,
    );
    this.#timers.push(
      clock.every(HEARTBEAT_S * 1_000, () => this.#broadcast(this.#frame("heartbeat", {}), null)),
      clock.every(PING_EVERY_MS, () => {
        for (const listener of this.#listeners) listener.ping();
      }),
      clock.every(WELCOME_EVERY_MS, () => {
        for (const listener of this.#listeners)
          if (!listener.stillWelcome()) listener.close(CLOSE.policy, "the credential is no longer good");
      }),
    );
  }

  count(name?: string): number {
    return name === undefined
      ? this.#listeners.size
      : [...this.#listeners].filter((listener) => listener.name === name).length;
  }

  /** Those that were cut because they did not keep up, by the reason. */
  get dropped(): ReadonlyMap<string, number> {
    return this.#dropped;
  }

  health(): { readonly at: Instant; readonly clients: number; readonly dropped: number; readonly serving: boolean } {
    const now = this.#deps.clock.now();
    const lately = this.#drops.filter(({ at, reason }) => now - at < MINUTE && reason === "too_slow");
    return { at: now, clients: this.#listeners.size, dropped: lately.length, serving: !this.#closed };
  }

  /** Greets it with everything as it stands; from then on it hears what changes. */
  join(listener: Listener): void {
    const { desk, version } = this.#deps;
    const channels = CHANNELS.filter((channel) => listener.channels.has(channel));
    listener.write(this.#frame("hello", { build: version, channels, heartbeat_s: HEARTBEAT_S }));
    for (const { channel, type, data } of desk.snapshot())
      if (listener.channels.has(channel)) listener.write(this.#frame(type, data));
    this.#listeners.add(listener);
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  cut(reason: string): void {
    const now = this.#deps.clock.now();
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
    this.#drops.push({ at: now, reason });
    while (now - (this.#drops[0]?.at ?? now) >= MINUTE) this.#drops.shift();
  }

  close(): void {
    this.#closed = true;
    this.#news.close();
    for (const timer of this.#timers) timer.stop();
    for (const listener of this.#listeners) listener.close(CLOSE.goingAway, "the server is being stopped");
  }

  #tell({ channel, type, data }: StreamNews): void {
    this.#broadcast(this.#frame(type, data), channel);
  }

  #frame(type: string, data: unknown): Buffer {
    this.#sequence += 1;
    const ts = isoTime(this.#deps.clock.now());
    return textFrame(JSON.stringify({ v: STREAM_VERSION, type, ts, seq: this.#sequence, data }));
  }

  /** A few at a time, with a pause for everybody else between. */
  #broadcast(frame: Buffer, channel: Channel | null): void {
    const hearing = [...this.#listeners].filter((each) => channel === null || each.channels.has(channel));
    const write = (from: number): void => {
      for (const listener of hearing.slice(from, from + AT_ONCE)) if (!listener.write(frame)) this.leave(listener);
      if (from + AT_ONCE < hearing.length) this.#deps.clock.after(0, () => write(from + AT_ONCE));
    };
    write(0);
  }
}
