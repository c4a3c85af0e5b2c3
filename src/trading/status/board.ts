import { type ComponentGroup, type Level, GROUPS, worst } from "#domain/health.ts";
import type { Instant } from "#domain/time.ts";
import type { ComponentId } from "./components.ts";
import type { Finding, Metrics, Probe } from "./probe.ts";
import type { SystemView } from "./view.ts";

/** One component as the board shows it. */
export interface Component {
  readonly id: ComponentId;
  readonly title: string;
  readonly group: ComponentGroup;
  readonly level: Level;
  readonly says: string;
  /** Since when it stands at this level. */
  readonly since: Instant;
  /** When what it says was measured; null when it never was. */
  readonly checkedAt: Instant | null;
  readonly ttlS: number;
  readonly metrics: Metrics;
  readonly links: readonly string[];
  readonly money: boolean;
  readonly off: boolean;
}

/** A whole look at everything. */
export interface Board {
  readonly at: Instant;
  readonly overall: Level;
  /** Share of the components of a group that are well, of those that could be seen; null while none could. */
  readonly scores: Readonly<Record<ComponentGroup, number | null>>;
  readonly components: readonly Component[];
}

/** Looks at every probe, and remembers since when each stands as it does. */
export class StatusBoard {
  readonly #probes: readonly Probe[];
  readonly #view: SystemView;
  readonly #last = new Map<ComponentId, Component>();
  #board: Board | null = null;

  constructor(probes: readonly Probe[], view: SystemView) {
    this.#probes = probes;
    this.#view = view;
  }

  /** As of the last look; null before the first. */
  get board(): Board | null {
    return this.#board;
  }

  /** @returns what is not at the level it was at before */
  look(): readonly { readonly component: Component; readonly was: Level | null }[] {
    const now = this.#view.now();
    const changes: { readonly component: Component; readonly was: Level | null }[] = [];
    const components = this.#probes.map((probe) => {
      const before = this.#last.get(probe.id);
      const component = componentOf(probe, this.#read(probe), now, before);
      this.#last.set(probe.id, component);
      if (before?.level !== component.level) changes.push({ component, was: before?.level ?? null });
      return component;
    });
    const { mode } = this.#view.control();
    this.#board = { at: now, overall: overallOf(components, mode), scores: scoresOf(components), components };
    return changes;
  }

  /** A probe that breaks has seen nothing, and says so: the others shall still be heard. */
  #read(probe: Probe): Finding | null {
    try {
      return probe.read(this.#view);
    } catch (error) {
      const says = `it could not be looked at: ${error instanceof Error ? error.message : String(error)}`;
      return { level: "UNKNOWN", says, metrics: {}, at: this.#view.now() };
    }
  }
}

function componentOf(probe: Probe, found: Finding | null, now: Instant, before: Component | undefined): Component {
  const { id, title, group, ttlS, links, money = false } = probe;
  const ageS = found === null ? 0 : (now - found.at) / 1_000;
  const stale = ageS > ttlS;
  const level = found === null || stale ? "UNKNOWN" : found.level;
  const says =
    found === null
      ? "it was not measured yet"
      : stale
        ? `last measured ${Math.round(ageS)} s ago, which says nothing any more: ${found.says}`
        : found.says;
  return {
    id,
    title,
    group,
    level,
    says,
    since: before?.level === level ? before.since : now,
    checkedAt: found?.at ?? null,
    ttlS,
    metrics: found?.metrics ?? {},
    links,
    money,
    off: found?.off === true,
  };
}

/** The worst of P0 and P1, and HOLD on HOLD. What cannot be seen is a worry about the whole. */
function overallOf(components: readonly Component[], mode: "RUN" | "HOLD"): Level {
  if (mode === "HOLD") return "HOLD";
  const counted = components.filter(({ group, off }) => (group === "P0" || group === "P1") && !off);
  const level = worst(counted.map((each) => each.level));
  return level === "UNKNOWN" ? "WARN" : level;
}

function scoresOf(components: readonly Component[]): Board["scores"] {
  const score = (group: ComponentGroup): number | null => {
    const known = components.filter((each) => each.group === group && !each.off && each.level !== "UNKNOWN");
    return known.length === 0 ? null : known.filter(({ level }) => level === "OK").length / known.length;
  };
  return Object.fromEntries(GROUPS.map((group) => [group, score(group)])) as Record<ComponentGroup, number | null>;
}
