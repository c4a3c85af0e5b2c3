import { describeFault } from "#domain/fault.ts";
import type { Timer } from "#ports/clock.ts";
import type { SessionDeps } from "#adapters/wire/session.ts";
import { OrderLine, type LineWords } from "./order-line.ts";

/** A connection that is being replaced answers what is still on it, or does not. */
const DRAIN_MS = 10_000;
/** The end of a connection's life is moved forward by up to this share of it, so that no two end together. */
const STAGGER = 8;

/**
 * The websocket road of one venue's orders: one connection at a time, and before it is ended by the venue another one
 * in its place.
 *
 *   current ──(old age, or the venue says it will close)──► current + next ──(next is ready)──► next
 */
export class OrderEntry<Body> {
  readonly #deps: SessionDeps;
  readonly #words: LineWords<Body>;
  #current: OrderLine<Body> | null = null;
  #next: OrderLine<Body> | null = null;
  #age: Timer | null = null;
  #closed = false;

  constructor(deps: SessionDeps, words: LineWords<Body>) {
    this.#deps = deps;
    this.#words = words;
  }

  /** The connection on which an order may be written now; null when there is none. */
  line(): OrderLine<Body> | null {
    return this.#current?.ready === true ? this.#current : null;
  }

  start(): void {
    if (this.#closed || this.#current !== null) return;
    this.#current = this.#make();
    this.#current.start();
  }

  close(): void {
    this.#closed = true;
    this.#age?.stop();
    this.#current?.close();
    this.#next?.close();
    this.#current = this.#next = null;
  }

  #make(): OrderLine<Body> {
    const line: OrderLine<Body> = new OrderLine(this.#deps, this.#words, {
      ready: () => this.#ready(line),
      closing: () => this.#replace(line),
      loginRefused: (fault) =>
        this.#deps.log.write("error", `${this.#words.name}: the login was refused`, { why: describeFault(fault) }),
    });
    return line;
  }

  #ready(line: OrderLine<Body>): void {
    if (this.#closed) return;
    if (line === this.#next) {
      this.#current?.leave(DRAIN_MS);
      this.#current = line;
      this.#next = null;
    }
    this.#growOld(line);
  }

  /** Counted from when this connection was opened: one that came back by itself is young again. */
  #growOld(line: OrderLine<Body>): void {
    this.#age?.stop();
    const { lifeMs } = this.#words;
    if (!Number.isFinite(lifeMs)) return;
    const early = this.#deps.chance.integer(Math.max(1, Math.floor(lifeMs / STAGGER)));
    this.#age = this.#deps.clock.after(lifeMs - early, () => this.#replace(line));
  }

  #replace(line: OrderLine<Body>): void {
    if (this.#closed || line !== this.#current || this.#next !== null) return;
    this.#next = this.#make();
    this.#next.start();
  }
}
