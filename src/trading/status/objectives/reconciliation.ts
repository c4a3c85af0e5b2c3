import type { Objective } from "../objective.ts";

/** Differences between our books and the venues' that stand. */
export const reconciliation: Objective = {
  id: "recon_mismatch",
  title: "differences to the venues",
  unit: "differences",
  sense: "most",
  measure(view) {
    const { findings, runs } = view.recon();
    const compared = view.venues.every((venue) => runs.some((run) => run.venue === venue && run.says === null));
    return compared || findings.length > 0 ? findings.length : null;
  },
};
