import { bookGap } from "./objectives/book-gap.ts";
import { budget } from "./objectives/budget.ts";
import { cancelFailures } from "./objectives/cancel-failures.ts";
import { drawdown } from "./objectives/drawdown.ts";
import { nakedExposure } from "./objectives/naked-exposure.ts";
import { orderCycle } from "./objectives/order-cycle.ts";
import { reconciliation } from "./objectives/reconciliation.ts";
import { rejectRate } from "./objectives/reject-rate.ts";
import type { Objective } from "./objective.ts";

/** Every objective. One that is not in this list does not exist. */
export const objectives: readonly Objective[] = [
  bookGap,
  orderCycle,
  rejectRate,
  cancelFailures,
  reconciliation,
  drawdown,
  budget,
  nakedExposure,
];
