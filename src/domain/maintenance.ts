import type { VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

/** A time in which a venue is worked on: planned by us, or announced by it. */
export interface MaintenanceWindow {
  readonly venue: VenueId;
  readonly from: Instant;
  readonly until: Instant;
  /** What it is about, in a few words. */
  readonly says: string;
}

/** The window this venue is in at that moment; null when it is in none. The end is no part of it. */
export function windowAt(windows: readonly MaintenanceWindow[], venue: VenueId, at: Instant): MaintenanceWindow | null {
  return windows.find((window) => window.venue === venue && window.from <= at && at < window.until) ?? null;
}
