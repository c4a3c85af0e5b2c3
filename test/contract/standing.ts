import type { Stage } from "./stage.ts";

/**
 * How everything stands that a request may change, as one text: control, settings, hedges and their orders, what the
 * venues have received and hold, requests for a second person, incidents, secrets, the list of operators. Without times,
 * and without sessions.
 */
export function standingOf({ desk, engine, simulated, apiOptions }: Stage): string {
  const { state } = engine.rooms.controller;
  const { mode, version, safeMode, dryRun, killed, twoManRule, venues } = state;
  return JSON.stringify({
    latches: { mode, version, safeMode, dryRun, killed, twoManRule },
    causes: state.mode === "HOLD" ? state.causes.map(({ code }) => code) : [],
    venues: [...venues],
    settings: desk.control.state().settings,
    hedges: engine.rooms.executor
      .hedges()
      .map(({ intent, phase, orders }) => [intent.id, phase, orders.map((order) => [order.request.id, order.state])]),
    venueSide: simulated.exchanges.map((exchange) => {
      const { receipts, positions } = exchange.truth();
      return [receipts.length, [...positions].map(([instrument, quantity]) => `${instrument} ${quantity}`)];
    }),
    approvals: desk.approvals.list().items.map(({ id, status }) => [id, status]),
    incidents: desk.incidents.list(false, 500).incidents.map(({ id, status }) => [id, status]),
    secrets: desk.secrets.list().slots.map(({ name, version }) => [name, version]),
    operators: apiOptions.operators.all().length,
  });
}
