import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Operator } from "#domain/operator.ts";
import { HOUR, type Instant, MINUTE, after } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Operators } from "#ports/operators.ts";

/** A session that stands, and what its browser has to know of it. */
export interface Session {
  readonly who: Operator;
  /** What the cookie carries from now on: another one than before when the role has changed. */
  readonly cookie: string;
  readonly until: Instant;
}

interface Held {
  /** Of the credential it was opened with: when that is nobody's any more, the session is over. */
  readonly credential: string;
  readonly who: Operator;
  readonly until: Instant;
  used: number;
}

export const IDLE_MS = 30 * MINUTE;
const WHOLE_MS = 12 * HOUR;
const MOST_SESSIONS = 1_000;

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Browsers that have shown a token. Only digests are kept, and they end with the process. */
export class Sessions {
  readonly #clock: Clock;
  readonly #operators: Operators;
  readonly #draw: () => string;
  readonly #key: string;
  /** By the digest of the cookie, the oldest first. */
  readonly #held = new Map<string, Held>();

  /** @param draw 256 bits nobody can guess, as text that fits into a cookie */
  constructor(clock: Clock, operators: Operators, draw: () => string) {
    this.#clock = clock;
    this.#operators = operators;
    this.#draw = draw;
    this.#key = draw();
  }

  /** A session for whoever carries this token; null when that is nobody. */
  open(token: string): Session | null {
    const who = this.#operators.identify(token);
    if (who === null) return null;
    this.#tidy();
    return this.#keep({ credential: digestOf(token), who, until: after(this.#clock.now(), WHOLE_MS) });
  }

  /** The session of a cookie; null when it is over, or was none. */
  find(cookie: string): Session | null {
    const digest = digestOf(cookie);
    const held = this.#held.get(digest);
    if (!held) return null;
    const who = this.#stands(held) ? this.#operators.holder(held.credential) : null;
    if (who === null || who.name !== held.who.name) {
      this.#held.delete(digest);
      return null;
    }
    held.used = this.#clock.monotonic();
    if (who.role === held.who.role) return { who, cookie, until: held.until };
    // Another role is another session: what was seen of the old one opens nothing of the new.
    this.#held.delete(digest);
    return this.#keep({ ...held, who });
  }

  end(cookie: string): void {
    this.#held.delete(digestOf(cookie));
  }

  /** What a page of ours sends beside the cookie. Another site can make a browser send the cookie, and not read this. */
  csrfOf(cookie: string): string {
    return createHmac("sha256", this.#key).update(cookie).digest("base64url");
  }

  isCsrfOf(cookie: string, given: string): boolean {
    const [ours, theirs] = [Buffer.from(this.csrfOf(cookie)), Buffer.from(given)];
    return ours.length === theirs.length && timingSafeEqual(ours, theirs);
  }

  #keep(session: Omit<Held, "used">): Session {
    const cookie = this.#draw();
    const { who, until } = session;
    this.#held.set(digestOf(cookie), { ...session, used: this.#clock.monotonic() });
    return { who, cookie, until };
  }

  #stands({ until, used }: Held): boolean {
    return this.#clock.now() < until && this.#clock.monotonic() - used < IDLE_MS;
  }

  #tidy(): void {
    for (const [digest, held] of this.#held) if (!this.#stands(held)) this.#held.delete(digest);
    for (const digest of this.#held.keys()) {
      if (this.#held.size < MOST_SESSIONS) return;
      this.#held.delete(digest);
    }
  }
}
