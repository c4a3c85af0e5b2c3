import type { z } from "zod";
import type { incident, incidentsAnswer } from "#contract/incidents.ts";
import type { Operator } from "#domain/operator.ts";
import { isoTime } from "#domain/time.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { StatusRoom } from "#trading/engine/status-room.ts";
import type { IncidentAnswer, IncidentView } from "#trading/status/incidents.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { timeWords } from "./words.ts";

export type IncidentWords = z.infer<typeof incident>;

/** What went wrong, and what was done about it. */
export class IncidentsDesk {
  readonly #status: StatusRoom;
  readonly #room: ControlRoom;

  constructor(status: StatusRoom, room: ControlRoom) {
    this.#status = status;
    this.#room = room;
  }

  /** @param openOnly leaves out what is closed */
  list(openOnly: boolean, limit: number): z.infer<typeof incidentsAnswer> {
    const all = this.#status.incidents.all();
    const open = all.filter(({ closedAt }) => closedAt === null);
    return {
      incidents: (openOnly ? open : all).slice(0, limit).map((each) => this.#words(each)),
      open: open.length,
      unacknowledged: open.filter(({ acknowledgedBy }) => acknowledgedBy === null).length,
    };
  }

  find(id: string): DeskAnswer<IncidentWords> {
    const found = this.#status.incidents.find(id);
    return found ? done(this.#words(found)) : refused(404, "incident_not_found", "there is no such incident");
  }

  acknowledge(who: Operator, id: string): DeskAnswer<IncidentWords> {
    const answer = this.#status.incidents.acknowledge(id, who.name, this.#status.now());
    return this.#answered(who, "incident_ack", answer);
  }

  close(who: Operator, id: string, reason: string): DeskAnswer<IncidentWords> {
    return this.#answered(
      who,
      "incident_close",
      this.#status.incidents.close(id, who.name, reason, this.#status.now()),
    );
  }

  #answered(who: Operator, action: string, answer: IncidentAnswer): DeskAnswer<IncidentWords> {
    if (answer.outcome === "refused")
      return refused(answer.code === "incident_not_found" ? 404 : 409, answer.code, answer.says);
    const { id, title } = answer.incident;
    this.#room.audit.note({ actor: who.name, action: `control.${action}`, data: { incident: id, title } });
    return done(this.#words(answer.incident));
  }

  #words(given: IncidentView): IncidentWords {
    const { acknowledgedAt, acknowledgedBy, closedAt, closedBy, component, group, id, level, openedAt } = given;
    const until = closedAt ?? this.#status.now();
    return {
      id,
      component_id: component,
      group,
      title: given.title,
      status: closedAt !== null ? "closed" : acknowledgedBy === null ? "open" : "acknowledged",
      level,
      opened_at: isoTime(openedAt),
      acknowledged_by: acknowledgedBy,
      acknowledged_at: timeWords(acknowledgedAt),
      closed_at: timeWords(closedAt),
      closed_by: closedBy,
      duration_s: Math.round((until - openedAt) / 1_000),
      timeline: given.timeline.map(({ at, actor, says }) => ({ at: isoTime(at), actor, says })),
    };
  }
}
