import { liveOrders } from "#domain/hedge-machine.ts";
import { type Probe, byLimits, ofParts, watchParts } from "../probe.ts";

const WAITING_MS = [1_000, 5_000, 15_000] as const;

/** What was meant and is not settled yet, and whether the disk takes it. */
export const journal: Probe = {
  id: "journal_outbox",
  title: "Journal/Outbox",
  group: "P0",
  // A flush is tried every minute when nothing else is written.
  ttlS: 150,
  links: ["/api/ui/orders", "/api/ui/positions"],
  read(view) {
    const { flushed, failed, waitingMs, unwritten, ledgerUnwritten } = view.journal();
    const now = view.now();
    if (flushed === null && failed === null && waitingMs === 0) return null;
    const open = view
      .hedges()
      .flatMap((hedge) => liveOrders(hedge).map((order) => ({ order, since: order.reportedAt ?? hedge.at })))
      .filter(({ order }) => order.state === "prepared" || order.state === "unknown");
    const oldestMs = open.reduce((most, { since }) => Math.max(most, now - since), 0);
    const parts = [
      ...watchParts(view, "disk", "unknown-orders"),
      { level: byLimits(waitingMs, WAITING_MS), says: `a flush has been under way for ${Math.round(waitingMs)} ms` },
      {
        level: byLimits(oldestMs, WAITING_MS),
        says: `an order has been without an answer for ${Math.round(oldestMs)} ms`,
      },
      {
        level: failed === null ? ("OK" as const) : ("ERROR" as const),
        says: `the journal could not be written: ${failed}`,
      },
      {
        level: unwritten + ledgerUnwritten > 0 ? ("ERROR" as const) : ("OK" as const),
        says: `${unwritten} entries of the journal and ${ledgerUnwritten} of the ledger wait for the disk`,
      },
    ];
    return ofParts(
      waitingMs > 0 || failed !== null ? now : (flushed?.at ?? now),
      parts,
      `backlog ${open.length}, last flush ${flushed === null ? "none yet" : `${flushed.tookMs.toFixed(1)} ms`}`,
      {
        backlog: open.length,
        oldest_ms: Math.round(oldestMs),
        last_flush_ms: flushed === null ? null : Number(flushed.tookMs.toFixed(3)),
        waiting_ms: Math.round(waitingMs),
        unwritten,
        ledger_unwritten: ledgerUnwritten,
      },
    );
  },
};
