import type { Metrics } from "#adapters/host/metrics.ts";
import type { Clock } from "#ports/clock.ts";
import type { Ledger } from "#ports/ledger.ts";

/** The same ledger, with the time that money takes to get to the disk. */
export function timedLedger(ledger: Ledger, clock: Clock, metrics: Metrics): Ledger {
  return {
    post: async (entries) => {
      const began = clock.monotonic();
      await ledger.post(entries);
      metrics.observe("propbot_ledger_write_seconds", {}, (clock.monotonic() - began) / 1_000);
    },
    entries: () => ledger.entries(),
    record: (event) => ledger.record(event),
    findEvents: (query) => ledger.findEvents(query),
    gone: () => ledger.gone?.() ?? null,
  };
}
