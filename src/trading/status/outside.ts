import type { Instant } from "#domain/time.ts";
import type { LeaseReading } from "./readings.ts";

/** The record of who asked for what. */
export interface AuditHealth {
  readonly sequence: number;
  /** The last row that was read back and found as it was written, and when that was; null before the first time. */
  readonly verified: { readonly at: Instant; readonly sequence: number } | null;
  /** The last anchor; null before the first. */
  readonly anchored: { readonly at: Instant; readonly sequence: number } | null;
  /** What is wrong with it; null when nothing is. */
  readonly fault: string | null;
}

/** The files and tokens that keep strangers out. */
export interface KeysHealth {
  readonly at: Instant;
  /** Files that others of this machine may read or write, each with the fix. */
  readonly exposed: readonly string[];
  /** Tokens in force that are easily guessed, by name. */
  readonly weak: readonly string[];
  /** Whether these are errors; worries otherwise. */
  readonly grave: boolean;
  /** Of the venue keys, as far as it is known when they were put in place: the age of the oldest in days, or null. */
  readonly oldestDays: number | null;
  /** How many of them nobody can tell the age of. */
  readonly ageless: number;
}

export interface ConfigHealth {
  readonly at: Instant;
  /** Digests of the configuration in force and of the file it came from; a file that is gone is null. */
  readonly loaded: string;
  readonly file: string | null;
  /** The file; null when there is none and the environment alone configures. */
  readonly path: string | null;
  /** What the file would be refused for if it were loaded now. */
  readonly problems: readonly string[];
}

export interface StreamHealth {
  readonly at: Instant;
  readonly clients: number;
  /** Clients that were cut within the last minute because they did not keep up. */
  readonly dropped: number;
  readonly serving: boolean;
}

export interface TelegramHealth {
  readonly polledAt: Instant | null;
  readonly pushedAt: Instant | null;
  readonly refused: number;
  readonly fault: string | null;
}

export interface DocsHealth {
  readonly at: Instant;
  readonly links: number;
  readonly dead: readonly string[];
}

/** What a status page shows of things that trading knows nothing of. What is left out is not measured, and shows as that. */
export interface Outside {
  readonly lease?: () => LeaseReading | null;
  readonly audit?: () => AuditHealth | null;
  readonly keys?: () => KeysHealth | null;
  readonly config?: () => ConfigHealth | null;
  readonly stream?: () => StreamHealth | null;
  /** When the metrics were last collected. */
  readonly metrics?: () => Instant | null;
  /** `off`: switched off on purpose. */
  readonly telegram?: () => TelegramHealth | "off" | null;
  readonly docs?: () => DocsHealth | null;
}
