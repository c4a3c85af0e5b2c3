import type { Objective } from "../objective.ts";

/** A share of fewer than these is chance. */
const LEAST_CANCELS = 20;

/** Cancels that failed, of all of the last five minutes. */
export const cancelFailures: Objective = {
  id: "cancel_fail_rate",
  title: "cancels failed",
  unit: "ratio",
  sense: "most",
  measure(view) {
    const { cancels, cancelsFailed } = view.refusals();
    return cancels < LEAST_CANCELS ? null : cancelsFailed / cancels;
  },
};
