import type { RiskRule } from "#domain/risk.ts";

/** The first orders of both legs. */
const OF_ONE_OPENING = 2;

/**
 * Nothing is opened beyond the budget of orders or of cancels in a minute. What takes off is never asked: it may use
 * all there is, and what is over the budget then is for the breaker to say.
 */
export const orderRate: RiskRule = {
  id: "order-rate",
  code: "order_rate_limit_exceeded",
  check({ traffic, settings: { limits } }) {
    const orders = traffic.orders + OF_ONE_OPENING;
    if (orders > limits.placePerMin) return { limit: `${limits.placePerMin} orders a minute`, observed: `${orders}` };
    if (traffic.cancels >= limits.cancelPerMin)
      return { limit: `${limits.cancelPerMin} cancels a minute`, observed: `${traffic.cancels + 1}` };
    return null;
  },
};
