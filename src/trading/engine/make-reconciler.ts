import { transferEntry } from "#domain/entry.ts";
import { format, quantity } from "#domain/decimal.ts";
import type { VenueId } from "#domain/ids.ts";
import { CatchUp } from "../reconcile/catch-up.ts";
import type { Finding } from "../reconcile/finding.ts";
import { Reconciler } from "../reconcile/reconciler.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Rooms } from "./rooms.ts";
import type { StrangePosition } from "./venue-reads.ts";
import type { VenueWatch } from "./venue-watch.ts";

/** The comparison with the venues, with our side of it joined on. */
export function makeReconciler(rooms: Rooms, pipeline: Pipeline, watch: VenueWatch, pauseMs: number): Reconciler {
  const { accounts, autoHold, executor, pairs, reads, tell, world } = rooms;
  const reconciler: Reconciler = new Reconciler({
    clock: world.clock,
    venues: world.venues,
    pauseMs,
    newId: () => `rf${world.chance.token(8)}`,
    report: (code, source, says, about) => autoHold.report(code, source, says, about),
    tell,
    checked: (venue) => {
      reads.noteStrange(venue, strangeAt(venue, reconciler.findings.standing()));
      watch.checked(venue);
    },
    catchUp: new CatchUp({
      hedges: () => executor.hedges(),
      onFill: (fill) => executor.hear({ type: "fill", fill }) || pipeline.onForced(fill),
      onFunding: (payment) => pipeline.onFunding(payment),
    }),
    books: {
      instruments: () => pairs().map(({ id }) => id),
      position: (venue, instrument) => accounts.position(venue, instrument),
      cash: (venue) => accounts.cash([venue]),
      deposits: (venue) => accounts.deposits(venue),
      open: (venue, deposits) => {
        accounts.post(transferEntry(venue, "opening", deposits, world.clock.now()));
        const says = `${venue} wallet: ${format(deposits)} USDT stood there before we traded; from now on every change must be explained`;
        tell({ level: "info", type: "ledger", code: "wallet_opened", says, venue });
      },
      seen: (venue, positions) => reads.notePositions(venue, positions),
      origin: (id) => world.chance.origin(id),
      hedges: executor,
    },
  });
  return reconciler;
}

/** Positions that differ and have stood still for long enough to count. */
function strangeAt(venue: VenueId, findings: readonly Finding[]): readonly StrangePosition[] {
  return findings.flatMap(({ kind, instrument, ours, theirs, ...finding }) =>
    kind === "position" && finding.venue === venue && instrument !== null
      ? [{ instrument, ours: quantity(ours), theirs: quantity(theirs) }]
      : [],
  );
}
