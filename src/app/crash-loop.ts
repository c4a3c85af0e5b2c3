import { MINUTE } from "#domain/time.ts";

const STARTS = 3;
const WITHIN_MS = 10 * MINUTE;

/**
 * What is said of a process that is started again and again; null when it is not. Whatever kills it may be what it does
 * first, so that it does nothing by itself until a person has looked.
 *
 * @param starts when it was started without having been stopped, this start included
 */
export function crashLoop(starts: readonly number[], now: number): string | null {
  const lately = starts.filter((at) => now - at < WITHIN_MS).length;
  return lately < STARTS ? null : `started ${lately} times within ${WITHIN_MS / MINUTE} minutes, and never stopped`;
}
