import type { Instant } from "#domain/time.ts";

/** A request that is to be done once, however often it is sent. */
export interface Claim {
  /** Of who, method, path and key. */
  readonly id: string;
  readonly who: string;
  /** Of what was asked; it tells requests from others and cannot be turned back into one. */
  readonly fingerprint: string;
  readonly at: Instant;
  /** When it may be forgotten. */
  readonly until: Instant;
}

/** What a request was answered, as it was sent. */
export interface ClaimAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export type Claimed =
  | { readonly outcome: "fresh" }
  | { readonly outcome: "known"; readonly fingerprint: string; readonly answer: ClaimAnswer | null }
  /** So many of this person are unfinished that none can be forgotten for this one. */
  | { readonly outcome: "full" }
  | { readonly outcome: "failed"; readonly says: string };

/** The record of what was asked for by a key. It survives the process. */
export interface Claims {
  /** Durable when it resolves as fresh: only then may the act begin. */
  claim(claim: Claim): Promise<Claimed>;
  /** Resolves to null once durable, otherwise to why it could not be. */
  settle(id: string, answer: ClaimAnswer): Promise<string | null>;
  /** Nothing came of it, and the key is free again. Resolves like `settle`. */
  release(id: string): Promise<string | null>;
}

/** How many claims of one person are kept: the oldest that have an answer go first. */
export const MOST_CLAIMS = 10_000;
