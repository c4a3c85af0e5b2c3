import { grade } from "./grade.ts";
import type { Reading, Watch } from "./watch.ts";

const LEAST_ORDERS = 20;
/** In per cent: the objectives of the reject rate and of the rate of failed cancels. */
const MOST_PERCENT = 5;
const MOST_RESCUES_IN_A_ROW = 2;

/** What the venues refuse of what we ask: a share of everything, or the same recovery over and over. */
export const rejects: Watch = {
  id: "rejects",
  code: "rejects",
  look(facts) {
    const { orders, refused, cancels, cancelsFailed, rescuesInARow } = facts.refusals();
    const level = rescuesInARow > MOST_RESCUES_IN_A_ROW ? "HOLD" : rescuesInARow > 0 ? "WARN" : "OK";
    return [
      share("orders refused", refused, orders),
      share("cancels failed", cancelsFailed, cancels),
      {
        source: "recovery",
        level,
        value: `${rescuesInARow}`,
        threshold: `${MOST_RESCUES_IN_A_ROW}`,
        says: `${rescuesInARow} orders of recovery were refused in a row`,
      },
    ];
  },
};

function share(source: string, part: number, whole: number): Reading {
  const threshold = `${MOST_PERCENT} % of ${LEAST_ORDERS} or more`;
  const says = `${source}: ${part} of ${whole}, at most ${threshold}`;
  const percent = whole === 0 ? 0 : (part / whole) * 100;
  const value = `${percent.toFixed(1)} %`;
  if (whole < LEAST_ORDERS) return { source, level: part === 0 ? "OK" : "WARN", value, threshold, says };
  const level = percent === MOST_PERCENT ? "ERROR" : grade(percent, MOST_PERCENT, { warnFrom: 50, errorFrom: 80 });
  return { source, level, value, threshold, says };
}
