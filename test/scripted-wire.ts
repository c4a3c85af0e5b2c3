import { existsSync, readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { bps } from "#domain/decimal.ts";
import type { Act } from "#domain/control.ts";
import type { Instant } from "#domain/time.ts";
import type { MarketUpdate } from "#ports/venue.ts";
import type { HttpClient, HttpOutcome, HttpRequest, Socket, SocketFactory, SocketListener } from "#ports/wire.ts";
import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import type { VenueDeps, VenueSettings } from "#adapters/venues/deps.ts";
import { KeyRing } from "#adapters/venues/key-ring.ts";

/* Stand-ins for the wire, for the tests beside the venues: small real things that answer what they were told to. */

const FIXTURES = resolve(import.meta.dirname, "..", process.env["SHARED_DIR"] ?? "../shared", "exchanges/fixtures");

/** The recorded payloads are handed out apart from this repository; without them their tests say so and are skipped. */
export const haveFixtures = existsSync(FIXTURES);
export const fixture = (path: string): string => readFileSync(resolve(FIXTURES, path), "utf8");
export const fixtureNames = (folder: string): readonly string[] =>
  haveFixtures ? readdirSync(resolve(FIXTURES, folder)) : [];
export const fixtureFrames = (path: string): readonly string[] => {
  const frames: unknown = JSON.parse(fixture(path));
  return Array.isArray(frames) ? frames.map((frame) => JSON.stringify(frame)) : [];
};

export const START = 1_786_541_241_000 as Instant;

/** A market update to keep: the next one may be written over the one that was told. */
export function kept(update: MarketUpdate): MarketUpdate {
  if (update.type === "best-quote") return { ...update, quote: { ...update.quote } };
  if (update.type !== "book" || update.update.kind === "gap") return update;
  const { bids, asks } = update.update;
  return { ...update, update: { ...update.update, bids: bids.copy(), asks: asks.copy() } };
}

type Answering = HttpOutcome | { readonly status?: number; readonly body: string };

/** Answers by method and path; the last answer of a path is repeated. What has none is refused a connection. */
export class ScriptedHttp implements HttpClient {
  readonly requests: HttpRequest[] = [];
  readonly #answers = new Map<string, Answering[]>();

  on(route: string, ...answers: readonly Answering[]): this {
    this.#answers.set(route, [...answers]);
    return this;
  }

  send(request: HttpRequest): Promise<HttpOutcome> {
    const route = `${request.method} ${request.target.split("?")[0]}`;
    if (request.mayLeave?.() === false) return Promise.resolve({ outcome: "withheld" });
    this.requests.push(request);
    const answers = this.#answers.get(route) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) return Promise.resolve({ outcome: "unreachable", says: `nothing scripted for ${route}` });
    if ("outcome" in answer) return Promise.resolve(answer);
    return Promise.resolve({
      outcome: "answered",
      status: answer.status ?? 200,
      headers: new Map(),
      body: answer.body,
    });
  }

  asked(path: string): readonly HttpRequest[] {
    return this.requests.filter((request) => request.target.split("?")[0] === path);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export class ScriptedSocket implements Socket {
  readonly url: string;
  readonly sent: string[] = [];
  /** The far side: it says texts. */
  readonly listener: Omit<SocketListener, "message"> & { message(text: string): void };
  closed = false;

  constructor(url: string, listener: SocketListener) {
    this.url = url;
    this.listener = {
      opened: () => listener.opened(),
      message: (text) => listener.message(Buffer.from(text)),
      closed: (code, says) => listener.closed(code, says),
    };
  }

  send(text: string): boolean {
    this.sent.push(text);
    return true;
  }

  ping(): void {
    this.sent.push("<ping>");
  }

  close(): void {
    this.closed = true;
  }
}

export class ScriptedSockets implements SocketFactory {
  readonly all: ScriptedSocket[] = [];

  open(url: string, listener: SocketListener): Socket {
    const socket = new ScriptedSocket(url, listener);
    this.all.push(socket);
    return socket;
  }

  /** The newest whose address holds this. */
  latest(part: string): ScriptedSocket {
    const found = this.all.findLast((socket) => socket.url.includes(part));
    if (!found) throw new Error(`no socket to ${part}`);
    return found;
  }
}

export interface ScriptedWorld {
  readonly clock: VirtualClock;
  readonly http: ScriptedHttp;
  readonly sockets: ScriptedSockets;
  readonly asked: string[];
  readonly deps: VenueDeps;
  readonly settings: VenueSettings;
  forbid(act: Act): void;
  /** Lets this much time pass and everything due happen. */
  pass(milliseconds: number): Promise<void>;
}

export function scriptedWorld(): ScriptedWorld {
  const clock = new VirtualClock(START);
  const http = new ScriptedHttp();
  const sockets = new ScriptedSockets();
  const asked: string[] = [];
  const forbidden = new Set<Act>();
  return {
    clock,
    http,
    sockets,
    asked,
    forbid: (act) => forbidden.add(act),
    pass: (milliseconds) => clock.runUntil((clock.now() + milliseconds) as Instant),
    settings: {
      restUrl: "http://venue.test:1",
      wsUrl: "ws://venue.test:2",
      orderUrl: "ws://venue.test:3",
      orderEntry: "rest",
      orderTag: "",
      keys: new KeyRing({ apiKey: "key", secret: "demo-secret-not-real", passphrase: "pass" }),
      recvWindowMs: 5_000,
      visibilityLagMs: 5_000,
      simulated: false,
      fallbackFees: { maker: bps("2"), taker: bps("5") },
      depthMs: 100,
    },
    deps: {
      clock,
      http,
      sockets,
      chance: new SeededChance("wire"),
      gate: {
        permits: (act, venue, asker) => {
          asked.push(`${act} ${venue} ${asker}`);
          return !forbidden.has(act);
        },
      },
      log: { write: () => undefined },
    },
  };
}
