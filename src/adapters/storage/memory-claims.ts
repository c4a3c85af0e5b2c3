import { type Claim, type ClaimAnswer, type Claimed, type Claims, MOST_CLAIMS } from "#ports/claims.ts";

/** Claims that end with whoever holds them: for tests, benches and desks without a store. */
export class MemoryClaims implements Claims {
  readonly #rows = new Map<string, { readonly claim: Claim; answer: ClaimAnswer | null }>();
  /** What stands for a disk that refuses. */
  refuses = false;

  claim(claim: Claim): Promise<Claimed> {
    if (this.refuses) return Promise.resolve({ outcome: "failed", says: "no space left on device" });
    for (const [id, row] of this.#rows) if (row.claim.until <= claim.at) this.#rows.delete(id);
    const known = this.#rows.get(claim.id);
    if (known) return Promise.resolve({ outcome: "known", fingerprint: known.claim.fingerprint, answer: known.answer });
    const own = [...this.#rows.values()].filter((row) => row.claim.who === claim.who);
    if (own.length >= MOST_CLAIMS) {
      const oldest = own.find((row) => row.answer !== null);
      if (!oldest) return Promise.resolve({ outcome: "full" });
      this.#rows.delete(oldest.claim.id);
    }
    this.#rows.set(claim.id, { claim, answer: null });
    return Promise.resolve({ outcome: "fresh" });
  }

  settle(id: string, answer: ClaimAnswer): Promise<string | null> {
    const row = this.#rows.get(id);
    if (row && row.answer === null) row.answer = answer;
    return Promise.resolve(this.refuses ? "no space left on device" : null);
  }

  release(id: string): Promise<string | null> {
    if (this.#rows.get(id)?.answer === null) this.#rows.delete(id);
    return Promise.resolve(null);
  }

  /** Everything that is kept, for tests that look for what must not be. */
  get rows(): readonly { readonly claim: Claim; readonly answer: ClaimAnswer | null }[] {
    return [...this.#rows.values()];
  }
}
