import type { Instant } from "#domain/time.ts";
import { type ObjectiveId, OBJECTIVE_IDS } from "./objective.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAYS = 30;
const MINUTES = 60;
/** What a promise allows: a hundredth of the time. */
const ALLOWED = 0.01;

/** Seconds looked at, and seconds missed, of one day or minute. */
interface Span {
  readonly from: number;
  seen: number;
  missed: number;
}

/** What of one objective a restart must not forget. */
export interface KeptObjective {
  readonly breachedSince: number | null;
  readonly days: readonly (readonly [day: number, seen: number, missed: number])[];
}
export type KeptObjectives = Readonly<Partial<Record<ObjectiveId, KeptObjective>>>;

/** How often an objective was missed: by the minute for an hour, by the day for thirty. */
export class SloMemory {
  breachedSince: Instant | null;
  readonly #minutes: Span[] = [];
  readonly #days: Span[];

  constructor(kept?: KeptObjective) {
    this.breachedSince = (kept?.breachedSince ?? null) as Instant | null;
    this.#days = (kept?.days ?? []).map(([from, seen, missed]) => ({ from, seen, missed }));
  }

  note(now: Instant, seconds: number, missed: boolean): void {
    count(this.#minutes, Math.floor(now / MINUTE_MS), MINUTES, seconds, missed);
    count(this.#days, Math.floor(now / DAY_MS), DAYS, seconds, missed);
  }

  burn(): number | null {
    const share = shareOf(this.#minutes);
    return share === null ? null : share / ALLOWED;
  }

  budgetLeft(): number | null {
    const share = shareOf(this.#days);
    return share === null ? null : 1 - share / ALLOWED;
  }

  kept(): KeptObjective {
    return {
      breachedSince: this.breachedSince,
      days: this.#days.map(({ from, seen, missed }) => [from, seen, missed]),
    };
  }
}

/** What was kept, as far as it has the shape of it. */
export function readKept(text: unknown): KeptObjectives {
  if (typeof text !== "object" || text === null) return {};
  const given = text as Readonly<Record<string, Partial<KeptObjective> | undefined>>;
  return Object.fromEntries(
    OBJECTIVE_IDS.flatMap((id) => {
      const { breachedSince = null, days = [] } = given[id] ?? {};
      const whole = Array.isArray(days) ? days.filter((day) => day.length === 3 && day.every(Number.isFinite)) : [];
      return [[id, { breachedSince: typeof breachedSince === "number" ? breachedSince : null, days: whole }]];
    }),
  );
}

function count(spans: Span[], at: number, most: number, seconds: number, missed: boolean): void {
  let span = spans.at(-1);
  if (span?.from !== at) {
    span = { from: at, seen: 0, missed: 0 };
    spans.push(span);
  }
  while ((spans[0]?.from ?? at) <= at - most) spans.shift();
  span.seen += seconds;
  if (missed) span.missed += seconds;
}

function shareOf(spans: readonly Span[]): number | null {
  const seen = spans.reduce((all, span) => all + span.seen, 0);
  return seen === 0 ? null : spans.reduce((all, span) => all + span.missed, 0) / seen;
}
