import fc from "fast-check";
import { expect, test } from "vitest";
import { Ladder } from "#domain/ladder.ts";
import { law } from "./law.ts";

/** A side as one would write it on a first try. */
class NaiveSide {
  readonly #better: 1 | -1;
  readonly levels = new Map<number, number>();

  constructor(better: 1 | -1) {
    this.#better = better;
  }

  set(tick: number, lots: number): void {
    if (lots === 0) this.levels.delete(tick);
    else this.levels.set(tick, lots);
  }

  rows(): [number, number][] {
    return [...this.levels].toSorted(([a], [b]) => (b - a) * this.#better);
  }
}

const rowsOf = (ladder: Ladder): [number, number][] => {
  const rows: [number, number][] = [];
  ladder.walk((tick, lots) => rows.push([tick, lots]) > 0);
  return rows;
};

/** Ticks near each other, window lengths apart, and as far as an exact number reaches. */
const near = fc.integer({ min: 1, max: 200 });
const tick = fc.oneof(
  { weight: 4, arbitrary: near.map((away) => 600_000 + away) },
  { weight: 4, arbitrary: near.map((away) => 600_000 + away * 700) },
  { weight: 2, arbitrary: near.map((away) => 600_000 + (away % 7) * 65_536) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** 40 }) },
);
const change = fc.tuple(tick, fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 40 })));

for (const better of [1, -1] as const) {
  test(`a ladder of ${better === 1 ? "bids" : "asks"} is the sum of its changes, wherever the market goes`, () => {
    law([fc.array(change, { maxLength: 120 }), fc.integer({ min: 0, max: 120 })], (changes, clearAt) => {
      const ladder = new Ladder(better);
      const naive = new NaiveSide(better);
      for (const [index, [at, lots]] of changes.entries()) {
        if (index === clearAt) {
          ladder.clear();
          naive.levels.clear();
        }
        ladder.set(at, lots);
        naive.set(at, lots);
        const rows = naive.rows();
        expect(rowsOf(ladder)).toEqual(rows);
        expect([ladder.size, ladder.empty]).toEqual([rows.length, rows.length === 0]);
        const [best] = rows;
        if (best) expect([ladder.bestTick, ladder.bestLots]).toEqual(best);
      }
    });
  });
}

test("a market that walks far away and back keeps every level it was told of", () => {
  const ladder = new Ladder(1);
  const naive = new NaiveSide(1);
  const tell = (at: number, lots: number): void => {
    ladder.set(at, lots);
    naive.set(at, lots);
  };
  for (let step = 0; step < 3_000; step += 1) {
    tell(500_000 + step * 97, 1 + step);
    if (step >= 40) tell(500_000 + (step - 40) * 97 + 13, 7);
  }
  expect(rowsOf(ladder)).toEqual(naive.rows());
  for (let step = 2_999; step >= 10; step -= 1) {
    tell(500_000 + step * 97, 0);
    tell(500_000 + step * 97 + 13, 0);
    expect(ladder.bestTick).toBe(naive.rows()[0]?.[0]);
  }
  expect(rowsOf(ladder)).toEqual(naive.rows());
});
