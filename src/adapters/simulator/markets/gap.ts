import type { SeededChance } from "#adapters/host/chance.ts";
import type { Instant } from "#domain/time.ts";

/** How the gap between the two venues behaves. */
export interface GapShape {
  readonly meanBps: number;
  /** Standard deviation once it has settled. */
  readonly noiseBps: number;
  /** The share of its distance from the mean that it loses in a second. */
  readonly revertPerSecond: number;
  readonly burstsPerHour: number;
  readonly burstBps: readonly [least: number, most: number];
  readonly burstHoldMs: number;
  /** When the first burst comes for certain; null leaves it to chance. */
  readonly firstBurstMs: number | null;
}

export interface Gap {
  /** How far the second venue stands above the first, in basis points. */
  readonly bps: number;
  readonly resting: number;
  readonly burstBps: number;
  readonly burstUntil: Instant;
  readonly certainBurstAt: Instant | null;
}

export function restingGap(shape: GapShape, now: Instant): Gap {
  return {
    bps: shape.meanBps,
    resting: shape.meanBps,
    burstBps: 0,
    burstUntil: now,
    certainBurstAt: shape.firstBurstMs === null ? null : ((now + shape.firstBurstMs) as Instant),
  };
}

/** An Ornstein–Uhlenbeck walk about the mean, and on top of it, now and then, a burst that holds and then falls back. */
export function moveGap(gap: Gap, shape: GapShape, now: Instant, seconds: number, chance: SeededChance): Gap {
  const pull = Math.min(1, shape.revertPerSecond * seconds);
  const kick = shape.noiseBps * Math.sqrt(2 * shape.revertPerSecond * seconds) * chance.normal();
  const resting = gap.resting + pull * (shape.meanBps - gap.resting) + kick;
  const certain = gap.certainBurstAt !== null && now >= gap.certainBurstAt;
  const [least, most] = shape.burstBps;
  // Drawn every time, so that a certain burst shifts no other draw.
  const size = least + (most - least) * chance.fraction();
  const direction = chance.happens(0.7) ? 1 : -1;
  const starts = certain || chance.happens((shape.burstsPerHour / 3_600) * seconds);
  if (starts && now >= gap.burstUntil) {
    const burstBps = certain ? size : size * direction;
    const burstUntil = (now + shape.burstHoldMs) as Instant;
    return {
      resting,
      burstBps,
      burstUntil,
      bps: resting + burstBps,
      certainBurstAt: certain ? null : gap.certainBurstAt,
    };
  }
  // A burst that is over loses half of itself every quarter of a second.
  const burstBps = now < gap.burstUntil ? gap.burstBps : gap.burstBps * 0.5 ** (seconds * 4);
  return { ...gap, resting, burstBps, bps: resting + burstBps };
}
