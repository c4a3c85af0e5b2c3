import type { EventLevel } from "#domain/event.ts";
import type { Level } from "#domain/health.ts";
import type { Instant } from "#domain/time.ts";
import type { Component } from "./board.ts";
import type { ComponentId } from "./components.ts";

/** Something people should know of, as long as it is so. */
export interface Alarm {
  readonly component: ComponentId;
  readonly severity: EventLevel;
  readonly title: string;
  readonly says: string;
  readonly since: Instant;
  /** Speaks of what we own or earn. */
  readonly money: boolean;
}

const SEVERITY: Readonly<Record<Exclude<Level, "OK">, EventLevel>> = {
  UNKNOWN: "warn",
  WARN: "warn",
  ERROR: "error",
  HOLD: "critical",
};

/** One alarm for each component that is not well. It is raised once, and told again only when it becomes another one. */
export class Alarms {
  readonly #standing = new Map<ComponentId, Alarm>();
  readonly #tell: (level: EventLevel, code: string, says: string) => void;

  constructor(tell: (level: EventLevel, code: string, says: string) => void) {
    this.#tell = tell;
  }

  /** Those that stand, the gravest first. */
  all(): readonly Alarm[] {
    const order: readonly EventLevel[] = ["critical", "error", "warn", "info"];
    return [...this.#standing.values()].toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  }

  note(components: readonly Component[]): void {
    for (const component of components) this.#note(component);
  }

  #note({ id, level, title, says, since, off, money }: Component): void {
    const known = this.#standing.get(id);
    if (level === "OK" || off) {
      if (!known) return;
      this.#standing.delete(id);
      this.#tell("info", "alarm_cleared", `${title} is well again`);
      return;
    }
    const severity = SEVERITY[level];
    this.#standing.set(id, { component: id, severity, title: `${title} is ${level}`, says, since, money });
    // What holds has said so itself, as the gravest there is: nobody shall be called twice for one thing.
    const told = severity === "critical" ? "error" : severity;
    if (known?.severity !== severity) this.#tell(told, "alarm_raised", `${title} is ${level}: ${says}`);
  }
}
