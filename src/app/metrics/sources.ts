import type { Level } from "#domain/health.ts";
import type { Instant } from "#domain/time.ts";

/** What other parts of the program know and the engine does not. What is left out is not told. */
export interface MetricsSources {
  readonly components?: () => Iterable<{
    readonly id: string;
    readonly group: string;
    readonly level: Level;
    readonly checkedAt: Instant | null;
  }>;
  /** Since the start, by channel and how they ended. */
  readonly notifications?: () => Iterable<{
    readonly channel: string;
    readonly outcome: string;
    readonly count: number;
  }>;
  readonly uiClients?: () => number;
  /** Since the start. */
  readonly streamDropped?: () => Iterable<{ readonly reason: string; readonly count: number }>;
  readonly backupAt?: () => Instant | null;
}
