import type { SeededChance } from "#adapters/host/chance.ts";
import type { Clock } from "#ports/clock.ts";
import type { HttpClient, HttpOutcome, HttpRequest, Socket, SocketFactory, SocketListener } from "#ports/wire.ts";
import type { Dialect, WireSession } from "./dialect.ts";
import type { Misfortune } from "./misfortune.ts";

export interface Latency {
  /** One way, of [least, most] milliseconds. */
  readonly leastMs: number;
  readonly mostMs: number;
}

export interface MemoryWireOptions {
  /** Requests, answers and private streams. */
  readonly latency?: Latency;
  /** Public streams. Zero delivers in the same step. */
  readonly publicLatency?: Latency;
  /** Which sockets are public, by their path. */
  readonly isPublic?: (path: string) => boolean;
  readonly address?: string;
}

const NOWHERE: Latency = { leastMs: 0, mostMs: 0 };
const HOUSE: Latency = { leastMs: 2, mostMs: 8 };

/**
 * The network inside one process: the same client code, the same dialects, no sockets, and the same seed gives the
 * same order of everything.
 */
export class MemoryWire implements HttpClient, SocketFactory {
  readonly #clock: Clock;
  readonly #chance: SeededChance;
  readonly #misfortune: Misfortune;
  readonly #latency: Latency;
  readonly #publicLatency: Latency;
  readonly #isPublic: (path: string) => boolean;
  readonly #address: string;
  readonly #hosts = new Map<string, Dialect>();
  readonly #down = new Set<string>();
  readonly #sockets = new Set<MemorySocket>();

  constructor(clock: Clock, chance: SeededChance, misfortune: Misfortune, options: MemoryWireOptions = {}) {
    this.#clock = clock;
    this.#chance = chance;
    this.#misfortune = misfortune;
    this.#latency = options.latency ?? HOUSE;
    this.#publicLatency = options.publicLatency ?? NOWHERE;
    this.#isPublic = options.isPublic ?? ((path) => /\/(public|market|business)\b/.test(path));
    this.#address = options.address ?? "203.0.113.7";
  }

  /** `origin` without its scheme matters: `http://` and `ws://` of one host reach the same dialect. */
  route(origin: string, dialect: Dialect): void {
    this.#hosts.set(hostOf(origin), dialect);
  }

  /** Nothing reaches this host until it is put up again; its sockets die. */
  takeDown(origin: string): void {
    this.#down.add(hostOf(origin));
    for (const socket of Array.from(this.#sockets))
      if (socket.host === hostOf(origin)) socket.die(1006, "host is down");
  }

  putUp(origin: string): void {
    this.#down.delete(hostOf(origin));
  }

  /** Ends every connection at once, as a killed process does. */
  cutAll(): void {
    for (const socket of Array.from(this.#sockets)) socket.die(1006, "cut");
  }

  send(request: HttpRequest): Promise<HttpOutcome> {
    const host = hostOf(request.origin);
    const dialect = this.#reach(host);
    if (!dialect) return Promise.resolve({ outcome: "unreachable", says: `connect ECONNREFUSED ${host}` });
    if (request.mayLeave && !request.mayLeave()) return Promise.resolve({ outcome: "withheld" });
    return new Promise((resolve) => {
      let settled = false;
      const settle = (outcome: HttpOutcome): void => {
        if (settled) return;
        settled = true;
        deadline.stop();
        resolve(outcome);
      };
      const deadline = this.#clock.after(request.timeoutMs, () =>
        settle({ outcome: "lost", says: `no answer in ${request.timeoutMs} ms` }),
      );
      this.#clock.after(this.#draw(this.#latency), () => {
        if (this.#down.has(host)) return;
        const headers = new Map(Object.entries(request.headers).map(([name, text]) => [name.toLowerCase(), text]));
        const { method, target, body } = request;
        dialect.request(
          { method, target, headers, body, address: this.#address },
          {
            answer: ({ status, headers: given, body: text }) => {
              const answered = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
              this.#clock.after(this.#draw(this.#latency), () =>
                settle({ outcome: "answered", status, headers: answered, body: text }),
              );
            },
            cut: () => {
              this.#clock.after(this.#draw(this.#latency), () => settle({ outcome: "lost", says: "connection reset" }));
            },
          },
        );
      });
    });
  }

  open(url: string, listener: SocketListener): Socket {
    const { host, pathname, search } = new URL(url);
    const isPublic = this.#isPublic(pathname);
    const latency = isPublic ? this.#publicLatency : this.#latency;
    const socket = new MemorySocket(
      host,
      this.#clock,
      listener,
      { out: () => this.#draw(this.#latency), in: () => this.#draw(latency) },
      (gone) => this.#sockets.delete(gone),
    );
    this.#sockets.add(socket);
    this.#clock.after(this.#draw(this.#latency), () => {
      const dialect = this.#reach(host);
      if (dialect) socket.connect(dialect, pathname + search, this.#address);
      else socket.die(1006, `connect ECONNREFUSED ${host}`);
    });
    return socket;
  }

  close(): Promise<void> {
    this.cutAll();
    return Promise.resolve();
  }

  #reach(host: string): Dialect | null {
    const dialect = this.#hosts.get(host);
    if (!dialect || this.#down.has(host)) return null;
    return this.#misfortune.at(dialect.venue, "connect").length > 0 ? null : dialect;
  }

  #draw({ leastMs, mostMs }: Latency): number {
    return mostMs === 0 ? 0 : leastMs + this.#chance.fraction() * (mostMs - leastMs);
  }
}

type State = "connecting" | "open" | "closed";

/** Both ends of one websocket. Messages of one direction never overtake each other. */
class MemorySocket implements Socket {
  readonly host: string;
  readonly #clock: Clock;
  readonly #listener: SocketListener;
  readonly #gone: (socket: MemorySocket) => void;
  #session: WireSession | null = null;
  #state: State = "connecting";
  readonly #out: Lane;
  readonly #in: Lane;

  constructor(
    host: string,
    clock: Clock,
    listener: SocketListener,
    delays: { readonly out: () => number; readonly in: () => number },
    gone: (socket: MemorySocket) => void,
  ) {
    this.host = host;
    this.#clock = clock;
    this.#listener = listener;
    this.#out = { delay: delays.out, until: 0, waiting: [] };
    this.#in = { delay: delays.in, until: 0, waiting: [] };
    this.#gone = gone;
  }

  connect(dialect: Dialect, target: string, address: string): void {
    if (this.#state !== "connecting") return;
    this.#state = "open";
    // Opened first: what the venue says while it accepts must find a listener that knows it is open.
    const early: (() => void)[] = [];
    let accepted = false;
    const arrive = (run: () => void): void => {
      if (accepted) this.#arrive(run);
      else early.push(run);
    };
    this.#session = dialect.connect(target, new Map(), address, {
      send: (text) => arrive(() => this.#listener.message(Buffer.from(text))),
      // The host's side of a real socket answers pings by itself.
      ping: () => arrive(() => this.#session?.pong()),
      close: (code, says) => arrive(() => this.die(code, says)),
    });
    if (!this.#session) {
      this.#state = "connecting";
      this.die(1006, "404");
      return;
    }
    this.#listener.opened();
    accepted = true;
    for (const run of early) this.#arrive(run);
  }

  send(text: string): boolean {
    if (this.#state !== "open") return false;
    this.#leave(() => this.#session?.message(text));
    return true;
  }

  ping(): void {}

  close(code = 1000, says = ""): void {
    // Whoever closes hears of it afterwards, not in the midst of closing.
    if (this.#end()) this.#clock.after(0, () => this.#listener.closed(code, says));
  }

  die(code: number, says: string): void {
    if (this.#end()) this.#listener.closed(code, says);
  }

  #end(): boolean {
    if (this.#state === "closed") return false;
    this.#state = "closed";
    this.#gone(this);
    this.#session?.closed();
    return true;
  }

  #arrive(run: () => void): void {
    this.#pass(this.#in, run);
  }

  #leave(run: () => void): void {
    this.#pass(this.#out, run);
  }

  #pass(lane: Lane, run: () => void): void {
    const now = this.#clock.now();
    lane.until = Math.max(lane.until, now + lane.delay());
    if (lane.until <= now && lane.waiting.length === 0) {
      if (this.#state === "open") run();
      return;
    }
    lane.waiting.push(run);
    // Whoever is due first takes the first of the queue: fractions of a millisecond cannot change the order.
    this.#clock.after(lane.until - now, () => {
      const next = lane.waiting.shift();
      if (this.#state === "open") next?.();
    });
  }
}

/** One direction of a socket. */
interface Lane {
  readonly delay: () => number;
  until: number;
  readonly waiting: (() => void)[];
}

function hostOf(origin: string): string {
  return new URL(origin).host;
}
