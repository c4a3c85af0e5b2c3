import { expect } from "vitest";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { BTC } from "../kit.ts";
import type { Stage } from "./stage.ts";

export const VENUES = [BINANCE_UM, OKX_PERP] as const;
export const other = (venue: VenueId): VenueId => (venue === BINANCE_UM ? OKX_PERP : BINANCE_UM);

/** Every byte is accounted for: our books are the venues', no order is unknown to the journal, none was sent twice. */
export function expectAccounted(stage: Stage): void {
  const meant: readonly string[] = stage.executor
    .hedges()
    .flatMap(({ orders }) => orders.map(({ request }) => request.id));
  for (const venue of VENUES) {
    const { positions, receipts } = stage.truth(venue);
    const ours = stage.engine.rooms.accounts.position(venue, BTC);
    expect([venue, ours]).toEqual([venue, positions.get(BTC) ?? 0n]);
    const names = receipts.map(({ clientOrderId }) => clientOrderId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(meant).toContain(name);
  }
}

/** Both legs together or none, and nothing left over. */
export function expectHome(stage: Stage): void {
  expect([stage.delta(), stage.state]).toEqual([0n, expect.stringMatching(/^(hedged|closed|aborted)$/)]);
  expectAccounted(stage);
}

/** First orders that reached a venue: whatever opens a hedge. */
export const openings = (stage: Stage, venue: VenueId): number =>
  stage.truth(venue).receipts.filter(({ clientOrderId }) => /[ls]1$/.test(clientOrderId)).length;

/** The acts of the orders the latest hedge meant, first orders left out. */
export const recoveries = (stage: Stage): readonly string[] =>
  (stage.hedge?.orders ?? [])
    .filter(({ request }) => request.act !== "open")
    .map(({ request, state }) => `${request.act} ${request.venue} ${state}`);

/** Orders of the latest hedge that were unknown at any time. */
export const unknowns = (stage: Stage): readonly string[] =>
  stage.journal.entries.flatMap(({ event }) => (event.type === "order-unknown" ? [event.order] : []));

/** Orders that were given up as never done, each with what was said of it. */
export const deadOrders = (stage: Stage): readonly string[] =>
  stage.journal.entries.flatMap(({ event }) =>
    event.type === "order-dead" ? [`${event.order} ${event.code} ${event.says}`] : [],
  );

/** First legs that reached a venue more than once, under whatever name. */
export const sentTwice = (stage: Stage): readonly string[] =>
  VENUES.flatMap((venue) => {
    const adding = stage.truth(venue).receipts.filter(({ reduceOnly }) => !reduceOnly);
    return adding.length > stage.executor.hedges().length ? adding.map(({ clientOrderId }) => clientOrderId) : [];
  });

/** Every trade of ours, as the venues made them. */
export const fillsMade = (stage: Stage): readonly string[] =>
  VENUES.flatMap((venue) =>
    stage.truth(venue).fills.map(({ id, quantity }) => `${venue} ${id} ${quantity}`),
  ).toSorted();

/** Every fill that our hedges hold, once for each time it was counted. */
export const fillsCounted = (stage: Stage): readonly string[] =>
  stage.executor
    .hedges()
    .flatMap(({ orders }) => orders.flatMap(({ fills }) => fills))
    // OKX writes the numbers of forced trades as negative ones.
    .map(({ venue, tradeId, quantity }) => `${venue} ${tradeId.replace("-", "")} ${quantity}`)
    .toSorted();
