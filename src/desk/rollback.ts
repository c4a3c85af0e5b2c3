import { createHash, timingSafeEqual } from "node:crypto";
import type { SettingsWish } from "#trading/control/settings-room.ts";

/** The way back from a configuration: good once, for whoever holds the token, and from nowhere else. */
export interface WayBack {
  /** Of the settings that have to be in force. */
  readonly hash: string;
  readonly wish: SettingsWish;
  /** The file before; null where there was none. */
  readonly text: string | null;
}

/** Of the settings as people read them, in whichever order they are named. */
export function hashOf(settings: SettingsWish): string {
  const sorted = Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}

/** Keeps one way back, and only the digest of what opens it. */
export class RollbackSlot {
  #kept: { readonly digest: Buffer; readonly way: WayBack } | null = null;

  keep(token: string, way: WayBack): void {
    this.#kept = { digest: digestOf(token), way };
  }

  forget(): void {
    this.#kept = null;
  }

  /** What is kept, whoever asks. */
  get way(): WayBack | null {
    return this.#kept?.way ?? null;
  }

  /** Null for a token that is none, or no more. */
  open(token: string): WayBack | null {
    const given = digestOf(token);
    const opens = this.#kept !== null && timingSafeEqual(given, this.#kept.digest);
    return opens ? (this.#kept?.way ?? null) : null;
  }
}

const digestOf = (token: string): Buffer => createHash("sha256").update(token).digest();
