import { MINUTE, type Instant } from "#domain/time.ts";
import type { VenueId } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";
import type { Objective, ObjectiveId, SloReading, SloSamples, Thresholds } from "./objective.ts";
import { objectives } from "./objectives.ts";
import type { FrameGaps } from "./samples/frame-gaps.ts";
import type { HedgeSamples } from "./samples/hedge-samples.ts";
import { Recent } from "./samples/recent.ts";
import { type KeptObjectives, SloMemory } from "./slo-memory.ts";
import type { SystemView } from "./view.ts";

export interface SloRoomDeps {
  readonly clock: Clock;
  readonly thresholds: Thresholds;
  readonly gaps: ReadonlyMap<VenueId, FrameGaps>;
  readonly samples: HedgeSamples;
  readonly kept: KeptObjectives;
  /** Hears what a restart must not forget, when a breach begins or ends and every minute. */
  readonly keep: (kept: KeptObjectives) => void;
  /** An objective that is missed for too long holds; null when it no longer is. */
  readonly report: (source: string, says: string | null) => void;
}

const GAPS_KEPT_MS = 5 * MINUTE;
const GAPS_MOST = 600;
/** Of a part of a second it cannot be said whether it was missed. */
const LEAST_S = 0.001;

/** Measures every objective, knows since when one is missed, and holds when that lasts. */
export class SloRoom {
  readonly #deps: SloRoomDeps;
  readonly #memories: ReadonlyMap<ObjectiveId, SloMemory>;
  readonly #gaps = new Recent(GAPS_KEPT_MS, GAPS_MOST);
  #readings: readonly SloReading[] = [];
  #lookedAt: Instant | null = null;
  #keptAt = Number.NEGATIVE_INFINITY;

  constructor(deps: SloRoomDeps) {
    this.#deps = deps;
    this.#memories = new Map(objectives.map(({ id }) => [id, new SloMemory(deps.kept[id])]));
  }

  get thresholds(): Thresholds {
    return this.#deps.thresholds;
  }

  /** As of the last look; none before the first. */
  standing(): { readonly at: Instant | null; readonly readings: readonly SloReading[] } {
    return { at: this.#lookedAt, readings: this.#readings };
  }

  look(view: SystemView): void {
    const now = this.#deps.clock.now();
    const seconds = this.#lookedAt === null ? 0 : Math.max(0, (now - this.#lookedAt) / 1_000);
    this.#lookedAt = now;
    const samples = this.#sample(now);
    const before = [...this.#memories.values()].map(({ breachedSince }) => breachedSince).join();
    this.#readings = objectives.map((objective) =>
      this.#judge(objective, objective.measure(view, samples), now, seconds),
    );
    const turned = before !== [...this.#memories.values()].map(({ breachedSince }) => breachedSince).join();
    if (turned || now - this.#keptAt >= MINUTE) this.#keep(now);
  }

  #sample(now: Instant): SloSamples {
    const { gaps, samples } = this.#deps;
    const silences = [...gaps.values()].flatMap((gap) => gap.take(now) ?? []);
    if (silences.length > 0) this.#gaps.note(now, Math.max(...silences));
    return {
      gapMsP95: this.#gaps.quantile(now, 0.95),
      cycleMsP95: samples.cycles.quantile(now, 0.95),
      nakedP99: samples.naked.quantile(now, 0.99),
    };
  }

  #judge({ id, title, sense, unit }: Objective, value: number | null, now: Instant, seconds: number): SloReading {
    const { thresholds, report } = this.#deps;
    const memory = this.#memories.get(id) ?? new SloMemory();
    const limit = thresholds.limits[id];
    const missed = value !== null && (sense === "most" ? value > limit : value < limit);
    // What cannot be measured now is as it was.
    if (missed) memory.breachedSince ??= now;
    else if (value !== null) memory.breachedSince = null;
    if (value !== null && seconds >= LEAST_S) memory.note(now, seconds, missed);
    const { breachedSince } = memory;
    const lasted = breachedSince === null ? 0 : now - breachedSince;
    const holding = breachedSince !== null && lasted >= thresholds.holdMinutes * MINUTE;
    const side = sense === "most" ? "at most" : "at least";
    const says = `${title} is ${value === null ? "not measured" : shown(value)} ${unit}, ${side} ${shown(limit)} is promised`;
    if (holding) report(id, `${says}; it was missed for ${Math.floor(lasted / MINUTE)} min`);
    else report(id, null);
    return { id, value, limit, breachedSince, holding, says, burn: memory.burn(), errorBudget: memory.budgetLeft() };
  }

  #keep(now: Instant): void {
    this.#keptAt = now;
    this.#deps.keep(Object.fromEntries([...this.#memories].map(([id, memory]) => [id, memory.kept()])));
  }
}

const shown = (value: number): string => `${Number(value.toPrecision(4))}`;
