import { NoiseMeter } from "./machine.ts";
import { median, shuffled, dice } from "./statistics.ts";

/** One way to do the work. Every way must end in the same state, or it is not measured. */
export interface Variant {
  readonly name: string;
  /** Does the whole work once and answers what it took, in any unit that is the same for all. */
  readonly run: () => number | Promise<number>;
  /** What the work came to: equal for every variant. Null for one that keeps nothing, and so is held to nothing. */
  readonly state: () => string | null;
}

export interface RoundsPlan {
  readonly rounds: number;
  readonly warmUp: number;
  readonly seed: number;
}

export interface Measured {
  readonly state: string;
  readonly noise: NoiseMeter;
  /** By variant, one figure a round, in the order of the rounds. */
  readonly figures: ReadonlyMap<string, readonly number[]>;
}

/**
 * Runs every variant once a round, in an order drawn anew each time, so that what disturbs the machine disturbs all of
 * them alike. The first rounds are thrown away. Throws when two variants disagree: then one of them did other work.
 */
export async function measure(variants: readonly Variant[], plan: RoundsPlan): Promise<Measured> {
  const roll = dice(plan.seed);
  const noise = new NoiseMeter();
  const figures = new Map<string, number[]>(variants.map(({ name }) => [name, []]));
  let agreed: string | null = null;
  for (let round = -plan.warmUp; round < plan.rounds; round += 1) {
    if (round >= 0) noise.sample();
    for (const variant of shuffled(variants, roll)) {
      const figure = await variant.run();
      const state = variant.state();
      agreed ??= state;
      if (state !== null && state !== agreed)
        throw new Error(`${variant.name} ended in another state:\n  ${state}\n  ${agreed}`);
      if (round >= 0) figures.get(variant.name)?.push(figure);
    }
  }
  return { state: agreed ?? "", noise, figures };
}

/** The middle of (other ÷ ours) within each round: what hit a round hit both. */
export function ratio({ figures }: Measured, other: string, ours: string): number {
  const [above, below] = [figures.get(other) ?? [], figures.get(ours) ?? []];
  return median(above.map((figure, round) => figure / (below[round] ?? Number.NaN)));
}

export const middle = ({ figures }: Measured, name: string): number => median(figures.get(name) ?? []);
