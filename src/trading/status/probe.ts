import { type ComponentGroup, type Level, worst } from "#domain/health.ts";
import type { Instant } from "#domain/time.ts";
import type { ComponentId } from "./components.ts";
import type { SystemView } from "./view.ts";

export type Metrics = Readonly<Record<string, string | number | boolean | null>>;

/** How one component stands, by something that was really looked at. */
export interface Finding {
  readonly level: Level;
  /** One sentence, for people. */
  readonly says: string;
  readonly metrics: Metrics;
  /** When what it says was measured. The board calls it UNKNOWN once that is too long ago. */
  readonly at: Instant;
  /** Switched off on purpose: it counts neither for the score nor for the whole. */
  readonly off?: true;
}

/** One component of the status page. It is in the list of probes, or it does not exist. */
export interface Probe {
  readonly id: ComponentId;
  readonly title: string;
  readonly group: ComponentGroup;
  /** How old a finding may be before it says nothing any more, in seconds. */
  readonly ttlS: number;
  /** Where the API tells more. */
  readonly links: readonly string[];
  /** Its words and figures speak of what we own or earn: not for whoever has no credential. */
  readonly money?: true;
  /** Null while it was never measured. */
  read(view: SystemView): Finding | null;
}

/** One of several things a component looks at. */
export interface Part {
  readonly level: Level;
  readonly says: string;
}

/** A finding of several parts: the worst of them gives the level, and the word. */
export function ofParts(at: Instant, parts: readonly Part[], well: string, metrics: Metrics): Finding {
  const level = worst(parts.map((part) => part.level));
  const bad = parts.filter((part) => part.level === level).map(({ says }) => says);
  return { level, says: level === "OK" ? well : bad.join("; "), metrics, at };
}

/** The oldest of these moments; null while one of them was never. */
export function oldest(moments: readonly (Instant | null)[]): Instant | null {
  let first: Instant | null = null;
  for (const at of moments) {
    if (at === null) return null;
    first = first === null || at < first ? at : first;
  }
  return first;
}

/** What these watches saw at their last look, as parts of a component that shows more than them. */
export function watchParts(
  view: SystemView,
  ...ids: readonly string[]
): readonly (Part & { readonly source: string })[] {
  return view.watches().readings.flatMap(({ id, readings }) => (ids.includes(id) ? readings : []));
}

/** What the watch of this name saw at its last look; null before the first. */
export function ofWatch(view: SystemView, id: string, well: string): Finding | null {
  const { at, readings } = view.watches();
  const watch = readings.find((each) => each.id === id);
  if (at === null || !watch) return null;
  const metrics = Object.fromEntries(
    watch.readings.flatMap(({ source, value, threshold }) => [
      [source, value],
      ...(threshold === null ? [] : [[`${source} limit`, threshold]]),
    ]),
  ) as Metrics;
  return ofParts(at, watch.readings, well, metrics);
}

/** Two thresholds of one value: from the first on a worry, from the second on an error, from the third on HOLD. */
export function byLimits(value: number, [warn, error, hold]: readonly [number, number, number]): Level {
  if (value > hold) return "HOLD";
  if (value > error) return "ERROR";
  return value > warn ? "WARN" : "OK";
}
