import type { VenueFault } from "#domain/fault.ts";
import type { Timer } from "#ports/clock.ts";
import { type Heartbeat, Session, type SessionDeps } from "#adapters/wire/session.ts";
import type { Said } from "./rest.ts";

/** One message of an order connection, as its venue's words read it. */
export type LineMessage<Body> =
  /** The answer to one of our requests, by the id we gave it. */
  | { readonly kind: "answer"; readonly id: string; readonly said: Said<Body> }
  | { readonly kind: "logged-in" }
  | { readonly kind: "login-refused"; readonly fault: VenueFault }
  /** The venue will close this connection soon. */
  | { readonly kind: "closing" }
  | { readonly kind: "other" };

/** What is a venue's own about its order connection. */
export interface LineWords<Body> {
  readonly name: string;
  readonly url: string;
  readonly heartbeat: Heartbeat;
  readonly silenceMs: number;
  /** How long a connection may live here; infinity where nothing ends it but an accident. */
  readonly lifeMs: number;
  /** What is said first on a new connection; null where there is no login. */
  login(): string | null;
  read(text: string): LineMessage<Body>;
}

/** How a request that was written ended. Lost: it may have been done. */
export type LineReply<Body> = Said<Body> | { readonly said: "nothing"; readonly says: string };

export interface LineRequest<Body> {
  readonly id: string;
  readonly text: string;
  readonly timeoutMs: number;
  /** An answer that came after it was called lost. */
  readonly late: (said: Said<Body>) => void;
}

export interface LineListener {
  /** Orders may be written now. */
  readonly ready: () => void;
  /** The venue has announced the end of this connection. */
  readonly closing: () => void;
  readonly loginRefused: (fault: VenueFault) => void;
}

interface Pending<Body> {
  readonly request: LineRequest<Body>;
  readonly settle: (reply: LineReply<Body>) => void;
  readonly deadline: Timer;
  overdue: boolean;
}

/** More than this without an answer means that the venue does not keep up here: the other road is taken. */
const MOST_PENDING = 64;
const LOGIN_MS = 10_000;
/** A refused key is not refused less when asked again at once, and asking often locks it. */
const REFUSED_LOGIN_WAIT_MS = 60_000;
const OVERDUE_KEPT_MS = 60_000;

/**
 * One connection for orders. A request that was written here ends here: with its answer, by whatever way round the
 * answers come, or as lost when none comes in time or the socket dies.
 */
export class OrderLine<Body> {
  readonly #deps: SessionDeps;
  readonly #words: LineWords<Body>;
  readonly #listener: LineListener;
  readonly #session: Session;
  readonly #pending = new Map<string, Pending<Body>>();
  #loggedIn = false;
  #leaving = false;
  #loginBy: Timer | null = null;

  constructor(deps: SessionDeps, words: LineWords<Body>, listener: LineListener) {
    this.#deps = deps;
    this.#words = words;
    this.#listener = listener;
    this.#session = new Session(deps, {
      name: words.name,
      url: () => Promise.resolve(words.url),
      heartbeat: words.heartbeat,
      silenceMs: words.silenceMs,
      opened: () => this.#opened(),
      message: (text) => this.#heard(words.read(text)),
      down: (says) => this.#down(says),
    });
  }

  /** True when an order may be written in this very step. */
  get ready(): boolean {
    return this.#loggedIn && !this.#leaving && this.#pending.size < MOST_PENDING;
  }

  start(): void {
    this.#session.start();
  }

  /** Null: not a byte was written. Otherwise the request is on this road and on no other. */
  write(request: LineRequest<Body>): Promise<LineReply<Body>> | null {
    if (!this.ready || !this.#session.send(request.text)) return null;
    return new Promise((settle) => {
      const deadline = this.#deps.clock.after(request.timeoutMs, () => this.#expire(request.id));
      this.#pending.set(request.id, { request, settle, deadline, overdue: false });
    });
  }

  restart(says: string): void {
    this.#session.restart(says);
  }

  /** Takes nothing new, and closes when everything on it is answered or the time is up. */
  leave(withinMs: number): void {
    this.#leaving = true;
    this.#closeIfDone();
    this.#deps.clock.after(withinMs, () => this.close());
  }

  close(): void {
    this.#leaving = true;
    this.#loginBy?.stop();
    this.#session.close();
    this.#down("closed by us");
  }

  #opened(): void {
    const login = this.#words.login();
    if (login === null) return this.#nowReady();
    this.#loginBy = this.#deps.clock.after(LOGIN_MS, () => this.#session.restart("not logged in in time"));
    this.#session.send(login);
  }

  #nowReady(): void {
    this.#loginBy?.stop();
    this.#loggedIn = true;
    this.#listener.ready();
  }

  #heard(message: LineMessage<Body>): void {
    switch (message.kind) {
      case "answer":
        return this.#answered(message.id, message.said);
      case "logged-in":
        return this.#nowReady();
      case "login-refused": {
        this.#listener.loginRefused(message.fault);
        const wait = message.fault.kind === "venue-stop" ? REFUSED_LOGIN_WAIT_MS : 0;
        return this.#session.restart("the login was refused", wait);
      }
      case "closing":
        return this.#listener.closing();
      case "other":
        return;
    }
  }

  #answered(id: string, said: Said<Body>): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    pending.deadline.stop();
    if (pending.overdue) pending.request.late(said);
    else pending.settle(said);
    this.#closeIfDone();
  }

  /** Called lost, and listened for a while longer: what it says then is still news. */
  #expire(id: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    const { request, settle } = pending;
    const deadline = this.#deps.clock.after(OVERDUE_KEPT_MS, () => {
      this.#pending.delete(id);
      this.#closeIfDone();
    });
    this.#pending.set(id, { ...pending, deadline, overdue: true });
    settle({ said: "nothing", says: `no answer within ${request.timeoutMs} ms` });
  }

  #down(says: string): void {
    this.#loggedIn = false;
    this.#loginBy?.stop();
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { deadline, overdue, settle } of lost) {
      deadline.stop();
      if (!overdue) settle({ said: "nothing", says: `the connection died before the answer: ${says}` });
    }
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.#leaving && this.#pending.size === 0) this.#session.close();
  }
}
