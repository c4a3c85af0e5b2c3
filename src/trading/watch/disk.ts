import type { Reading, Watch } from "./watch.ts";

const MEBIBYTE = 1_048_576;
const LEAST_FREE = 200 * MEBIBYTE;
const WARN_FREE = 1_024 * MEBIBYTE;

/** What must be written down can be: nothing waits for the disk, and there is room on it. */
export const disk: Watch = {
  id: "disk",
  code: "disk",
  look(facts) {
    const { journal, ledger } = facts.unwritten();
    return [waiting("journal", journal), waiting("ledger", ledger), room(facts.freeBytes())];
  },
};

function waiting(source: string, entries: number): Reading {
  const says = `${entries} entries of the ${source} could not be written yet`;
  return { source, level: entries > 0 ? "HOLD" : "OK", value: `${entries} entries`, threshold: "0 entries", says };
}

function room(free: number | null): Reading {
  const threshold = `${LEAST_FREE / MEBIBYTE} MiB`;
  if (free === null)
    return { source: "room", level: "UNKNOWN", value: null, threshold, says: "nobody can tell how much room is left" };
  const value = `${Math.floor(free / MEBIBYTE)} MiB`;
  const level = free < LEAST_FREE ? "HOLD" : free < WARN_FREE ? "WARN" : "OK";
  return { source: "room", level, value, threshold, says: `${value} are left where we write, ${threshold} are needed` };
}
