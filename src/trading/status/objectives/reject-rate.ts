import type { Objective } from "../objective.ts";

/** A share of fewer than these is chance. */
const LEAST_ORDERS = 20;

/** Orders the venues refused, of all of the last five minutes. */
export const rejectRate: Objective = {
  id: "reject_rate",
  title: "orders refused",
  unit: "ratio",
  sense: "most",
  measure(view) {
    const { orders, refused } = view.refusals();
    return orders < LEAST_ORDERS ? null : refused / orders;
  },
};
