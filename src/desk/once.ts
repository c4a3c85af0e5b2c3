import type { ClaimAnswer, Claims } from "#ports/claims.ts";
import type { Clock } from "#ports/clock.ts";
import { HOUR, after } from "#domain/time.ts";
import { type DeskAnswer, type DeskRefusal, refused } from "./answer.ts";
import { canonical } from "./canonical.ts";

/** A request with an `Idempotency-Key`. */
export interface KeyedRequest {
  readonly who: string;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly query: string;
  readonly body: unknown;
}

export type Begun =
  | { readonly outcome: "run"; readonly claim: string }
  | { readonly outcome: "replay"; readonly answer: ClaimAnswer }
  /** The process ended before the answer: what became of the hedge it had begun. */
  | { readonly outcome: "told"; readonly answer: DeskAnswer<unknown> }
  | { readonly outcome: "refused"; readonly refusal: DeskRefusal };

export interface OnceDeps {
  readonly claims: Claims;
  readonly clock: Clock;
  /** Keyed: who reads the store cannot find a body by trying. */
  readonly digest: (text: string) => string;
  /** How long an answer is kept. */
  readonly ttlMs: number;
  /** What became of the hedge that a claim began; null when none is known. */
  readonly told: (claim: string) => DeskAnswer<unknown> | null;
  /** Hears of answers that could not be kept. */
  readonly unkept: (says: string) => void;
}

const KEY = /^[A-Za-z0-9_-]{8,128}$/;
export const isKey = (text: string): boolean => KEY.test(text);

/** What opens a hedge keeps its answer for a day at least: whoever asks again then must not open another. */
const OPENING = new Set(["/api/arb/execute", "/api/arb/confirm"]);
const DAY_MS = 24 * HOUR;
/** Whether an answer may be told again. What was refused at a gate was not decided, and may be asked anew. */
const KEPT = new Set([400, 404, 409, 422]);

/** How long the record may take. An act that has to wait for it is then refused; one that was done is answered. */
const PATIENCE_MS = 5_000;
const AFTERWARDS_MS = 500;
const SILENT = { outcome: "failed", says: "the record does not answer" } as const;

/**
 * Does a request once, however often it is sent. The claim is durable before the act begins; a claim without an answer
 * is therefore of a process that ended in between, and is never run again.
 */
export class Once {
  readonly #deps: OnceDeps;
  /** Claims whose act runs in this process, and what they were asked for. */
  readonly #running = new Map<string, string>();

  constructor(deps: OnceDeps) {
    this.#deps = deps;
  }

  async begin(request: KeyedRequest): Promise<Begun> {
    const { claims } = this.#deps;
    const claim = this.#claimOf(request);
    const running = this.#running.get(claim.id);
    if (running !== undefined) return running === claim.fingerprint ? inProgress() : conflict();
    // Before the store is asked: its answer takes a moment, in which the same request may come again.
    this.#running.set(claim.id, claim.fingerprint);
    const claimed = await this.#within(PATIENCE_MS, claims.claim(claim), SILENT);
    if (claimed.outcome === "fresh") return { outcome: "run", claim: claim.id };
    this.#running.delete(claim.id);
    if (claimed.outcome === "failed") {
      this.#deps.unkept(claimed.says);
      return no(refused(503, "not_recorded", "the key could not be put on record, so nothing was begun"));
    }
    if (claimed.outcome === "full")
      return no(refused(503, "idempotency_full", "too many requests of yours have no answer yet; nothing was begun"));
    if (claimed.fingerprint !== claim.fingerprint) return conflict();
    if (claimed.answer) return { outcome: "replay", answer: claimed.answer };
    const told = this.#deps.told(claim.id);
    return told ? { outcome: "told", answer: told } : unknown();
  }

  /**
   * The act has ended, and this is what it answers.
   * @param broke it ended in a fault of ours: nobody knows how far it had come
   */
  async finish(claim: string, answer: ClaimAnswer, broke: boolean): Promise<void> {
    const { claims, told, unkept } = this.#deps;
    const { status } = answer;
    const kept = status < 300 || KEPT.has(status);
    const lost = !kept && status >= 500 && (broke || told(claim) !== null);
    const written = kept ? claims.settle(claim, answer) : lost ? null : claims.release(claim);
    const fault = written === null ? null : await this.#within(PATIENCE_MS, written, SILENT.says);
    this.#running.delete(claim);
    if (fault !== null) unkept(fault);
  }

  /** Puts an act on record that was not made to wait for it, nor long for this. True when its key was answered before. */
  afterwards(request: KeyedRequest, answer: ClaimAnswer): Promise<boolean> {
    return this.#within(AFTERWARDS_MS, this.#note(request, answer), false);
  }

  async #note(request: KeyedRequest, answer: ClaimAnswer): Promise<boolean> {
    const { claims, unkept } = this.#deps;
    const claim = this.#claimOf(request);
    const claimed = await claims.claim(claim);
    if (claimed.outcome === "failed") unkept(claimed.says);
    if (claimed.outcome !== "fresh") return claimed.outcome === "known" && claimed.fingerprint === claim.fingerprint;
    const fault = await claims.settle(claim.id, answer);
    if (fault !== null) unkept(fault);
    return false;
  }

  async #within<T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> {
    const patience = new AbortController();
    const late = this.#deps.clock.sleep(ms, patience.signal).then(() => otherwise);
    const first = await Promise.race([work, late]);
    patience.abort();
    return first;
  }

  #claimOf({ who, method, path, key, query, body }: KeyedRequest) {
    const { clock, digest, ttlMs } = this.#deps;
    const at = clock.now();
    const keptMs = OPENING.has(path) ? Math.max(ttlMs, DAY_MS) : ttlMs;
    return {
      id: digest(canonical(["claim", who, method, path, key])),
      who,
      fingerprint: digest(canonical(["body", query, body])),
      at,
      until: after(at, keptMs),
    };
  }
}

const no = ({ refusal }: ReturnType<typeof refused>): Begun => ({ outcome: "refused", refusal });
const conflict = (): Begun =>
  no(refused(422, "idempotency_conflict", "this Idempotency-Key was used for another request; take a new one"));
const inProgress = (): Begun =>
  no(refused(409, "idempotency_in_progress", "the first request with this key is not finished; ask again in a moment"));
const unknown = (): Begun =>
  no(
    refused(
      409,
      "idempotency_unknown",
      "the process ended before the first request with this key was answered: look at /api/ui/positions and /api/ui/orders " +
        "for what came of it, then decide, with a new key; it is not run again",
    ),
  );
