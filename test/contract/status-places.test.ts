import { expect, test } from "vitest";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { StatusBoard } from "#trading/status/board.ts";
import { probes } from "#trading/status/probes.ts";
import { makeWatches } from "#trading/watch/watches.ts";
import { blank } from "../blank-view.ts";
import { BTC, NOW } from "../kit.ts";

const ALL = makeWatches({ everyMs: 1, lagMs: 1, outOfSightMs: 1, cut: () => undefined }).map(({ id }) => id);

/** Everything was measured, and this one watch holds. */
function boardOf(id: string, source: string): StatusBoard {
  const holds = { source, level: "HOLD" as const, value: "1", threshold: "0", says: `${id} holds` };
  const board = new StatusBoard(probes, {
    ...blank,
    readAt: () => NOW,
    framesAt: () => NOW,
    journal: () => ({ flushed: { at: NOW, tookMs: 1 }, failed: null, waitingMs: 0, unwritten: 0, ledgerUnwritten: 0 }),
    books: () => [{ venue: BINANCE_UM, instrument: BTC, distrust: null, ageMs: 1, resyncs: 0 }],
    universe: () => [BTC],
    scanning: () => ({ lookedAt: NOW, failedInARow: 0 }),
    throttled: () => (id === "rate" ? "rate holds" : null),
    watches: () => ({ at: NOW, readings: ALL.map((each) => ({ id: each, readings: each === id ? [holds] : [] })) }),
  });
  board.look();
  return board;
}

const PLACES = [
  ...ALL.filter((id) => id !== "feed").map((id) => [id, "it"] as const),
  ["feed", `${OKX_PERP} private stream`],
  ["feed", `${OKX_PERP} book of ${BTC}`],
] as const;

test.each(PLACES)("what may hold by a watch has its place on the page: %s (%s)", (id, source) => {
  const shown = boardOf(id, source).board?.components ?? [];
  const places = shown.filter(({ level, says }) => level === "HOLD" && says.includes(`${id} holds`));
  expect(places.length).toBeGreaterThan(0);
});
