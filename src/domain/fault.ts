/**
 * Everything that can go wrong at a venue, by what we may do next.
 *
 * `outcome-unknown` is the one that costs money when mistaken for a failure: the order may be live.
 * It is never retried; it is looked up by its client order id.
 */
export type VenueFault =
  /** The venue refused this request for good. Nothing was done. */
  | { readonly kind: "rejected"; readonly code: string; readonly says: string }
  /** Surely not done and worth another try under a new name: overload, an expired deadline, a clock just corrected. */
  | { readonly kind: "not-done"; readonly code: string; readonly says: string }
  /** Too much asked. Surely not done; silence until then. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number; readonly banned: boolean; readonly says: string }
  /** No byte of the request left this machine. */
  | { readonly kind: "unreachable"; readonly says: string }
  /** It may have been done. */
  | { readonly kind: "outcome-unknown"; readonly says: string }
  /** Keys, permissions, account state: nothing more goes to this venue until a person has looked. */
  | { readonly kind: "venue-stop"; readonly code: string; readonly says: string };

export function describeFault(fault: VenueFault): string {
  return "code" in fault ? `${fault.kind} ${fault.code}: ${fault.says}` : `${fault.kind}: ${fault.says}`;
}
