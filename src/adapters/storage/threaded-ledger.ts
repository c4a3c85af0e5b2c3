import { Worker } from "node:worker_threads";
import { assert } from "#domain/assert.ts";
import type { LedgerEntry } from "#domain/entry.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { Claim, ClaimAnswer, Claimed, Claims } from "#ports/claims.ts";
import type { EventPage, EventQuery, Ledger } from "#ports/ledger.ts";
import type { LedgerAnswer, LedgerQuestion } from "./ledger-words.ts";

interface Pending {
  readonly resolve: (answer: LedgerAnswer) => void;
  readonly reject: (reason: Error) => void;
}

/** The ledger of a database that lives in a thread of its own: asking costs the trading thread a message, never a flush. */
export class ThreadedLedger implements Ledger, Claims {
  readonly #worker: Worker;
  readonly #eventsLost: (says: string) => void;
  readonly #pending = new Map<number, Pending>();
  #asked = 0;
  #gone: Error | null = null;

  private constructor(worker: Worker, eventsLost: (says: string) => void) {
    this.#worker = worker;
    this.#eventsLost = eventsLost;
    worker.on("message", (answer: LedgerAnswer) => this.#hear(answer));
    worker.on("error", (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    worker.on("exit", () => this.#end(new Error("the ledger's thread has ended")));
  }

  /**
   * Resolves when the database is open; rejects with what its thread could not do.
   * @param eventsLost hears of events that could not be written; money that could not be written rejects instead
   */
  static async open(path: string, eventsLost: (says: string) => void): Promise<ThreadedLedger> {
    const worker = new Worker(new URL("./ledger-thread.ts", import.meta.url), { workerData: { path } });
    await new Promise<void>((resolve, reject) => {
      worker.once("message", () => resolve());
      worker.once("error", reject);
    });
    return new ThreadedLedger(worker, eventsLost);
  }

  async post(entries: readonly LedgerEntry[]): Promise<void> {
    await this.#ask((id) => ({ type: "post", id, entries }));
  }

  async *entries(): AsyncIterable<LedgerEntry> {
    const answer = await this.#ask((id) => ({ type: "entries", id }));
    if (answer.type === "entries") yield* answer.entries;
  }

  record(event: DomainEvent): void {
    if (this.#gone === null) this.#tell({ type: "record", event });
  }

  async findEvents(query: EventQuery): Promise<EventPage> {
    const answer = await this.#ask((id) => ({ type: "find-events", id, query }));
    assert(answer.type === "events", `the ledger's thread answered ${answer.type} to a question for events`);
    return answer.page;
  }

  async claim(claim: Claim): Promise<Claimed> {
    const answer = await this.#ask((id) => ({ type: "claim", id, claim })).catch(whyNot);
    if (answer.type === "claimed") return answer.claimed;
    return {
      outcome: "failed",
      says: answer.type === "failed" ? answer.says : "the ledger's thread did not answer it",
    };
  }

  settle(claim: string, answer: ClaimAnswer): Promise<string | null> {
    return this.#written((id) => ({ type: "settle", id, claim, answer }));
  }

  release(claim: string): Promise<string | null> {
    return this.#written((id) => ({ type: "release", id, claim }));
  }

  gone(): string | null {
    return this.#gone?.message ?? null;
  }

  /** What was asked for before is written first. */
  async close(): Promise<void> {
    if (this.#gone !== null) return;
    await this.#ask((id) => ({ type: "close", id })).catch(() => undefined);
    await this.#worker.terminate();
  }

  async #written(question: (id: number) => LedgerQuestion): Promise<string | null> {
    const answer = await this.#ask(question).catch(whyNot);
    return answer.type === "failed" ? answer.says : null;
  }

  #ask(question: (id: number) => LedgerQuestion): Promise<LedgerAnswer> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#tell(question(id));
    });
  }

  #tell(question: LedgerQuestion): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin, a window has
    this.#worker.postMessage(question);
  }

  #hear(answer: LedgerAnswer): void {
    if (answer.type === "events-lost") this.#eventsLost(answer.says);
    if (!("id" in answer)) return;
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.type === "failed") pending?.reject(new Error(answer.says));
    else pending?.resolve(answer);
  }

  /** Nobody is left waiting for an answer that cannot come. */
  #end(reason: Error): void {
    this.#gone ??= reason;
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

/** A fault of the store as an answer: whoever claims has a person waiting, and tells them. */
function whyNot(error: unknown): LedgerAnswer {
  return { type: "failed", id: 0, says: error instanceof Error ? error.message : String(error) };
}
