import type { z } from "zod";
import type { alert, component, slo, statusComponents, statusOverview, statusSlo } from "#contract/status.ts";
import { ANONYMOUS, type Operator } from "#domain/operator.ts";
import { isoTime } from "#domain/time.ts";
import type { StatusRoom } from "#trading/engine/status-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { Alarm } from "#trading/status/alarms.ts";
import type { Component } from "#trading/status/board.ts";
import type { SloReading } from "#trading/status/objective.ts";
import { objectives } from "#trading/status/objectives.ts";
import { timeWords } from "./words.ts";

const HIDDEN = "amounts are shown to whoever has a credential";

/** How everything stands, as of the last look. Nothing is measured because somebody asks. */
export class StatusDesk {
  readonly #engine: Engine;
  readonly #room: StatusRoom;

  constructor(engine: Engine, room: StatusRoom) {
    this.#engine = engine;
    this.#room = room;
  }

  overview(who: Operator): z.infer<typeof statusOverview> {
    const board = this.#room.board();
    const { state } = this.#engine.rooms.controller;
    const open = amountsFor(who);
    return {
      ts: isoTime(board?.at ?? this.#room.now()),
      overall: board?.overall ?? "UNKNOWN",
      mode: state.mode,
      scores: board?.scores ?? { P0: null, P1: null, P2: null, P3: null },
      slo: this.#values(open),
      thresholds: this.#thresholds(),
      components: (board?.components ?? []).map((each) => componentWords(each, open)),
      alerts: this.#room.alarms.all().map((each) => alertWords(each, open)),
    };
  }

  /**
   * What every answer here is made from: while these are the same values, so is the answer. Null before the first look:
   * then it tells the time it was asked at.
   */
  basis(): readonly unknown[] | null {
    const board = this.#room.board();
    return board === null ? null : [board, this.#engine.rooms.controller.state];
  }

  components(who: Operator): z.infer<typeof statusComponents> {
    const { ts, components } = this.overview(who);
    return { ts, components };
  }

  slo(who: Operator): z.infer<typeof statusSlo> {
    const { at, readings } = this.#room.slo.standing();
    const open = amountsFor(who);
    return {
      ts: isoTime(at ?? this.#room.now()),
      slo: this.#values(open),
      thresholds: this.#thresholds(),
      hold_minutes: this.#room.slo.thresholds.holdMinutes,
      objectives: readings.flatMap((reading) => sloWords(reading, open)),
    };
  }

  #values(open: boolean): Record<string, number | null> {
    const { readings } = this.#room.slo.standing();
    return Object.fromEntries(
      objectives.map(({ id, money }) => [
        id,
        money && !open ? null : (readings.find((reading) => reading.id === id)?.value ?? null),
      ]),
    );
  }

  #thresholds(): Record<string, number> {
    return { ...this.#room.slo.thresholds.limits };
  }
}

/** Nobody without a credential learns what we own or earn. */
export const amountsFor = (who: Operator): boolean => who.name !== ANONYMOUS.name;

export function componentWords(given: Component, open: boolean): z.infer<typeof component> {
  const { id, title, group, level, says, since, checkedAt, ttlS, metrics, links, money, off } = given;
  const hidden = money && !open;
  return {
    id,
    component_id: id,
    title,
    group,
    status: level,
    summary: hidden ? HIDDEN : says,
    since: isoTime(since),
    checked_at: timeWords(checkedAt),
    ttl_s: Number.isFinite(ttlS) ? ttlS : null,
    metrics: hidden ? {} : { ...metrics },
    links: [...links],
    enabled: !off,
  };
}

export function alertWords(
  { component: id, severity, title, says, since, money }: Alarm,
  open: boolean,
): z.infer<typeof alert> {
  return { severity, title, msg: money && !open ? HIDDEN : says, since: isoTime(since), component_id: id };
}

function sloWords(reading: SloReading, open: boolean): z.infer<typeof slo>[] {
  const objective = objectives.find(({ id }) => id === reading.id);
  if (!objective) return [];
  const { id, title, unit, sense, money } = objective;
  const value = money && !open ? null : reading.value;
  return [
    {
      id,
      title,
      unit,
      value,
      threshold: reading.limit,
      sense,
      ok: reading.value === null ? null : reading.breachedSince === null,
      breached_since: timeWords(reading.breachedSince),
      holding: reading.holding,
      burn_rate_1h: reading.burn,
      error_budget_30d: reading.errorBudget,
    },
  ];
}
