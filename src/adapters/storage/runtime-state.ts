import { existsSync, readFileSync, renameSync } from "node:fs";
import { replaceFile } from "./replace-file.ts";

/** The state file's layout; a reader of another layout must not guess. */
export const STATE_VERSION = 1;

export type StateReading =
  | { readonly found: "none" }
  | { readonly found: "state"; readonly state: Readonly<Record<string, unknown>> }
  /** It was there and could not be read: moved aside, to be rebuilt from the ledger. */
  | { readonly found: "corrupt"; readonly movedTo: string; readonly says: string };

/** Replaces the file as a whole: a reader sees the old one or the new one, never half of either. */
export function writeState(path: string, state: Readonly<Record<string, unknown>>): void {
  replaceFile(path, `${JSON.stringify({ version: STATE_VERSION, ...state }, null, 2)}\n`);
}

/** @param stamp tells the files set aside apart */
export function readState(path: string, stamp: number): StateReading {
  if (!existsSync(path)) return { found: "none" };
  let says: string;
  try {
    const state: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof state === "object" && state !== null && "version" in state && state.version === STATE_VERSION) {
      return { found: "state", state: { ...state } };
    }
    says = "it is of another version";
  } catch (error) {
    says = error instanceof Error ? error.message : String(error);
  }
  const movedTo = `${path}.corrupt-${Math.floor(stamp)}`;
  renameSync(path, movedTo);
  return { found: "corrupt", movedTo, says };
}
