declare const instant: unique symbol;
/** Milliseconds since the epoch, UTC. May carry a fraction; a venue's own stamps are whole. */
export type Instant = number & { readonly [instant]: true };

export const instantAt = (milliseconds: number): Instant => milliseconds as Instant;
export const after = (from: Instant, milliseconds: number): Instant => (from + milliseconds) as Instant;

export const MINUTE = 60_000;
export const HOUR = 3_600_000;

/** RFC 3339 with milliseconds, UTC. */
export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}
