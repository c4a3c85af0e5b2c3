import type { Instant } from "#domain/time.ts";

export type Renewal =
  | { readonly outcome: "renewed"; readonly expires: Instant }
  /** Somebody else has it. That does not pass by itself. */
  | { readonly outcome: "lost"; readonly says: string }
  | { readonly outcome: "failed"; readonly says: string };

/** The right to send orders for one data directory, for a while. Whoever cannot renew it stops by himself. */
export interface Lease {
  readonly holder: string;
  readonly epoch: number;
  renew(now: Instant): Promise<Renewal>;
}
