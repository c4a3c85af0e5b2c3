import { expect, vi } from "vitest";
import type { Running } from "./venues.ts";

/** Long for a loopback; a call that goes astray must fail, not hang. */
export const PATIENCE_MS = 20_000;
/** What both packages hand on to their transport. */
export const REST = { timeout: PATIENCE_MS } as const;
/** A log that keeps still. */
export const QUIET = { trace: () => undefined, info: () => undefined, error: () => undefined };

export const like = (words: object): unknown => expect.objectContaining(words) as unknown;

/** Waits until something like this was heard. */
export const hears = (heard: readonly unknown[], words: object): Promise<void> =>
  vi.waitFor(() => expect(heard).toContainEqual(like(words)), { timeout: PATIENCE_MS - 500 });

/** Stops the venues. Throws when the package tried to reach anybody else. */
export async function close(venues: Running): Promise<void> {
  await venues.stop();
  if (venues.strangers.length > 0) throw new Error(`the package went to ${venues.strangers.join(", ")}`);
}
