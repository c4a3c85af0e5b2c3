import fc from "fast-check";

/** The same draws every time, so that a red build is red for everybody; `PROPERTY_SEED=7` draws others. */
const seed = Number(process.env["PROPERTY_SEED"] ?? 20_260_812);

/** Holds for every drawn input, or says the smallest one for which it does not. */
export function law<Drawn extends [unknown, ...unknown[]]>(
  drawn: { [Index in keyof Drawn]: fc.Arbitrary<Drawn[Index]> },
  holds: (...values: Drawn) => void,
  numRuns = 300,
): void {
  fc.assert(fc.property(...drawn, holds), { seed, numRuns });
}
