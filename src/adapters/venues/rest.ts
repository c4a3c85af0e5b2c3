import type { VenueFault } from "#domain/fault.ts";
import type { Log } from "#ports/telemetry.ts";
import type { Answer } from "#ports/venue.ts";
import type { HttpClient, HttpOutcome, HttpRequest } from "#ports/wire.ts";
import type { Charge, Governor, Lane } from "#adapters/wire/governor.ts";
import { answered, faulted, unreadable } from "./outcome.ts";
import type { Refusal } from "./refusal.ts";
import type { Sentinel } from "./sentinel.ts";
import type { ClockReading, VenueClock } from "./venue-clock.ts";

const TIMEOUT_MS = 10_000;

/** What every call has, whatever else its venue needs to know of it. */
export interface Call {
  readonly path: string;
  readonly charges: readonly Charge[];
  readonly lane?: Lane;
  readonly timeoutMs?: number;
  /** Asked in the same synchronous step as the write. */
  readonly mayLeave?: () => boolean;
}

/** What an answer says, whichever road it came by: yes with a body, no with a reason, or nothing we can read. */
export type Said<Body> =
  | { readonly said: "yes"; readonly body: Body }
  | { readonly said: "no"; readonly refusal: Refusal }
  | { readonly said: "gibberish"; readonly says: string };

/** How one call ended; only `answered` carries a body of theirs that says yes. */
export type Reply<Body> =
  | { readonly outcome: "answered"; readonly body: Body }
  | { readonly outcome: "refused"; readonly refusal: Refusal }
  | { readonly outcome: "withheld" }
  /** Not sent, by our own budget or a silence the venue asked for. */
  | { readonly outcome: "held-back"; readonly fault: VenueFault }
  | { readonly outcome: "unreachable"; readonly says: string }
  /** It may have been done: no whole answer, or one that is not theirs. */
  | { readonly outcome: "lost"; readonly says: string };

/** The bytes of a call: exactly what is signed is what is sent. */
export type Written = Pick<HttpRequest, "method" | "target" | "headers" | "body">;

/** What is a venue's own about its calls: how they are written and read, and what a refusal means. */
export interface RestWords<C extends Call, Body> {
  readonly name: string;
  readonly origin: string;
  readonly timeCall: C;
  write(call: C): Written;
  read(answer: Extract<HttpOutcome, { outcome: "answered" }>): Said<Body>;
  timeOf(body: Body): number | null;
  readFault(refusal: Refusal): VenueFault;
  isClockOff(refusal: Refusal): boolean;
}

export interface RestDeps {
  readonly http: HttpClient;
  readonly log: Log;
  readonly sentinel: Sentinel;
}

/** Counts, sends, and turns every way an answer can look into one of six. Knows no venue and no endpoint. */
export class Rest<C extends Call, Body> {
  readonly #words: RestWords<C, Body>;
  readonly #deps: RestDeps;
  readonly #governor: Governor;
  readonly #time: VenueClock;

  constructor(words: RestWords<C, Body>, deps: RestDeps, governor: Governor, time: VenueClock) {
    this.#words = words;
    this.#deps = deps;
    this.#governor = governor;
    this.#time = time;
  }

  send(call: C): Promise<Reply<Body>> {
    const held = this.admit(call);
    return held === null ? this.carry(call, this.write(call)) : Promise.resolve({ outcome: "held-back", fault: held });
  }

  /** The bytes of a call, stamped and signed now. */
  write(call: C): Written {
    return this.#words.write(call);
  }

  /** Charges our budget; the fault when it would be overdrawn, or the venue wants silence. Shared by every road. */
  admit({ charges, lane }: C): VenueFault | null {
    const admission = this.#governor.admit(charges, lane ?? "ordinary");
    if (admission.admitted) return null;
    const { retryAfterMs, banned, says } = admission;
    return { kind: "throttled", retryAfterMs, banned, says };
  }

  /** Sends bytes that were admitted and written before. */
  async carry(call: C, written: Written): Promise<Reply<Body>> {
    const { timeoutMs, mayLeave } = call;
    const outcome = await this.#deps.http.send({
      ...written,
      origin: this.#words.origin,
      timeoutMs: timeoutMs ?? TIMEOUT_MS,
      ...(mayLeave === undefined ? {} : { mayLeave }),
    });
    if (outcome.outcome !== "answered") return outcome;
    const reply = this.heard(this.#words.read(outcome));
    if (reply.outcome === "answered") this.#deps.sentinel.answer(call.path, reply.body);
    return reply;
  }

  /** An answer as a reply; being told to be quiet is remembered for all that follows, by either road. */
  heard(said: Said<Body>): Reply<Body> {
    if (said.said === "yes") return { outcome: "answered", body: said.body };
    if (said.said === "gibberish") return { outcome: "lost", says: said.says };
    const fault = this.#words.readFault(said.refusal);
    if (fault.kind === "throttled") {
      const { retryAfterMs, banned } = fault;
      const { status } = said.refusal;
      this.#governor.silence(retryAfterMs, banned);
      this.#deps.log.write("warn", `${this.#words.name}: told to be quiet`, { status, retryAfterMs, banned });
    }
    return { outcome: "refused", refusal: said.refusal };
  }

  /** A wrong clock is put right and the call written anew, once. Only for what may be done twice. */
  async insist(call: C): Promise<Reply<Body>> {
    const reply = await this.send(call);
    if (reply.outcome !== "refused" || !this.#words.isClockOff(reply.refusal)) return reply;
    await this.syncClock();
    return this.send(call);
  }

  /** A question: every way it can fail is a fault that settles nothing. */
  async ask<T>(call: C, read: (body: Body) => T | null): Promise<Answer<T>> {
    const reply = await this.insist(call);
    if (reply.outcome !== "answered") return faulted(this.readFault(reply));
    const value = read(reply.body);
    if (value !== null) return answered(value);
    this.#deps.sentinel.unreadable(call.path);
    return faulted(unreadable(call.path));
  }

  /** Measures their clock; everything signed after this is stamped by it. */
  syncClock(): Promise<ClockReading | { readonly fault: VenueFault }> {
    const words = this.#words;
    return this.#time.measure(async () => {
      const reply = await this.send(words.timeCall);
      if (reply.outcome !== "answered") return { fault: this.readFault(reply) };
      const serverTime = words.timeOf(reply.body);
      return serverTime === null ? { fault: unreadable(words.timeCall.path) } : { serverTime };
    });
  }

  /** A failed question as a fault. Lost is worth another try: a question that was carried out twice did nothing twice. */
  readFault(reply: Exclude<Reply<Body>, { outcome: "answered" }>): VenueFault {
    switch (reply.outcome) {
      case "refused":
        return this.#words.readFault(reply.refusal);
      case "held-back":
        return reply.fault;
      case "unreachable":
        return { kind: "unreachable", says: reply.says };
      case "withheld":
        return { kind: "not-done", code: "withheld", says: "the gate is closed" };
      case "lost":
        return { kind: "not-done", code: "no-answer", says: reply.says };
    }
  }
}
