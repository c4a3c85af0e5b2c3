import type { Operator } from "#domain/operator.ts";

/** Who may speak to us, by what they carry. */
export interface Operators {
  /** The person this credential belongs to; null for nobody, and for one that was disabled. */
  identify(token: string): Operator | null;
  /** The same, by the SHA-256 of the credential in hex: what a session keeps of it. */
  holder(digest: string): Operator | null;
  /** Those who may speak now, without what they carry. */
  all(): readonly Operator[];
}
