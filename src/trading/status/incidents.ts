import type { ComponentGroup, Level } from "#domain/health.ts";
import { MINUTE, type Instant } from "#domain/time.ts";
import type { Component } from "./board.ts";
import type { ComponentId } from "./components.ts";

export interface IncidentMoment {
  readonly at: Instant;
  /** Who did it; `system` for what happened by itself. */
  readonly actor: string;
  readonly says: string;
}

/** Something that went badly wrong, with what was done about it. */
export interface IncidentView {
  readonly id: string;
  readonly component: ComponentId;
  readonly group: ComponentGroup;
  readonly title: string;
  /** The worst it came to. */
  readonly level: Level;
  readonly openedAt: Instant;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Instant | null;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly timeline: readonly IncidentMoment[];
}

export interface IncidentsDeps {
  readonly newId: () => string;
  readonly kept: readonly IncidentView[];
  /** Hears every incident whenever it changes. */
  readonly keep: (incident: IncidentView) => void;
}

/** Well for so long, and it is over. What comes back sooner is the same incident. */
const OVER_AFTER_MS = MINUTE;
/** An error that is gone sooner is in the events, and no incident. What holds is one at once. */
const LASTS_MS = 5_000;
const MOST = 500;
const MOST_MOMENTS = 500;
/** Speaks of incidents itself. */
const NOT_ITSELF: ComponentId = "incidents";

export type IncidentAnswer =
  | { readonly outcome: "done"; readonly incident: IncidentView }
  | {
      readonly outcome: "refused";
      readonly code: "incident_not_found" | "incident_closed" | "incident_goes_on";
      readonly says: string;
    };

/** Every incident: opened by what is in ERROR or holds, kept over a restart, closed by time or by a person. */
export class Incidents {
  readonly #deps: IncidentsDeps;
  readonly #all = new Map<string, IncidentView>();
  /** Since when the component of an open incident is well again. */
  readonly #wellSince = new Map<string, Instant>();

  constructor(deps: IncidentsDeps) {
    this.#deps = deps;
    for (const incident of deps.kept.toSorted((a, b) => a.openedAt - b.openedAt)) this.#all.set(incident.id, incident);
  }

  /** Newest first. */
  all(): readonly IncidentView[] {
    return [...this.#all.values()].toReversed();
  }

  find(id: string): IncidentView | null {
    return this.#all.get(id) ?? null;
  }

  note(components: readonly Component[], now: Instant): void {
    const open = new Map(this.#open().map((incident) => [incident.component, incident]));
    for (const component of components)
      if (component.id !== NOT_ITSELF && !component.off) this.#look(component, open.get(component.id), now);
  }

  /** Something that belongs to the story of whatever is open, such as a change of control. */
  tell(actor: string, says: string, now: Instant): void {
    for (const incident of this.#open()) this.#put(withMoment(incident, { at: now, actor, says }));
  }

  acknowledge(id: string, who: string, now: Instant): IncidentAnswer {
    const incident = this.#all.get(id);
    if (!incident) return notFound;
    if (incident.closedAt !== null)
      return { outcome: "refused", code: "incident_closed", says: `${id} is closed already` };
    if (incident.acknowledgedBy !== null) return { outcome: "done", incident };
    const seen = { ...incident, acknowledgedBy: who, acknowledgedAt: now };
    return { outcome: "done", incident: this.#put(withMoment(seen, { at: now, actor: who, says: "acknowledged" })) };
  }

  /** A person may end it as soon as its component is neither in ERROR nor holds. */
  close(id: string, who: string, reason: string, now: Instant): IncidentAnswer {
    const incident = this.#all.get(id);
    if (!incident) return notFound;
    if (incident.closedAt !== null)
      return { outcome: "refused", code: "incident_closed", says: `${id} is closed already` };
    if (!this.#wellSince.has(id))
      return {
        outcome: "refused",
        code: "incident_goes_on",
        says: `${id} goes on: ${incident.component} is not well yet`,
      };
    return {
      outcome: "done",
      incident: this.#close(incident, who, reason === "" ? "closed" : `closed: ${reason}`, now),
    };
  }

  #look({ id, group, level, says, since, title }: Component, open: IncidentView | undefined, now: Instant): void {
    const bad = level === "ERROR" || level === "HOLD";
    if (!open) {
      const lasts = level === "HOLD" || now - since >= LASTS_MS;
      if (bad && lasts) this.#put(opened(this.#deps.newId(), { component: id, group, level, title, says, now }));
      return;
    }
    if (bad) {
      const again = this.#wellSince.delete(open.id);
      const worse = level === "HOLD" && open.level === "ERROR";
      if (!again && !worse) return;
      const grown = { ...open, level: worse ? level : open.level };
      this.#put(withMoment(grown, { at: now, actor: "system", says: `${level}: ${says}` }));
      return;
    }
    const wellSince = this.#wellSince.get(open.id);
    if (wellSince === undefined) {
      this.#wellSince.set(open.id, now);
      this.#put(withMoment(open, { at: now, actor: "system", says: `${level}: ${says}` }));
    } else if (now - wellSince >= OVER_AFTER_MS) this.#close(open, "system", "closed: well for a minute", now);
  }

  #open(): readonly IncidentView[] {
    return [...this.#all.values()].filter(({ closedAt }) => closedAt === null);
  }

  #close(incident: IncidentView, who: string, says: string, now: Instant): IncidentView {
    this.#wellSince.delete(incident.id);
    return this.#put(withMoment({ ...incident, closedAt: now, closedBy: who }, { at: now, actor: who, says }));
  }

  #put(incident: IncidentView): IncidentView {
    this.#all.set(incident.id, incident);
    for (const [id, { closedAt }] of this.#all) {
      if (this.#all.size <= MOST) break;
      if (closedAt !== null) this.#all.delete(id);
    }
    this.#deps.keep(incident);
    return incident;
  }
}

const notFound: IncidentAnswer = { outcome: "refused", code: "incident_not_found", says: "there is no such incident" };

interface Opening {
  readonly component: ComponentId;
  readonly group: ComponentGroup;
  readonly level: Level;
  readonly title: string;
  readonly says: string;
  readonly now: Instant;
}

function opened(id: string, { component, group, level, title, says, now }: Opening): IncidentView {
  return {
    id,
    component,
    group,
    title: `${title} is ${level}`,
    level,
    openedAt: now,
    acknowledgedBy: null,
    acknowledgedAt: null,
    closedAt: null,
    closedBy: null,
    timeline: [{ at: now, actor: "system", says: `${level}: ${says}` }],
  };
}

/** The beginning is kept, however long it goes on. */
function withMoment(incident: IncidentView, moment: IncidentMoment): IncidentView {
  const { timeline } = incident;
  if (timeline.length < MOST_MOMENTS) return { ...incident, timeline: [...timeline, moment] };
  const half = MOST_MOMENTS / 2;
  return { ...incident, timeline: [...timeline.slice(0, half), ...timeline.slice(half + 1), moment] };
}
