import { NO_USDT } from "#domain/decimal.ts";
import { exposureOf } from "../risk/exposure.ts";
import type { IncidentView } from "../status/incidents.ts";
import type { SloReading } from "../status/objective.ts";
import type { Outside } from "../status/outside.ts";
import type { ApprovalsView, BookView, SystemView } from "../status/view.ts";
import type { ControlRoom } from "./control-room.ts";
import type { Engine } from "./engine.ts";
import { venuesNotReady } from "./preflight-checks.ts";
import type { Instant } from "#domain/time.ts";

export interface Observed {
  readonly engine: Engine;
  readonly room: ControlRoom;
  readonly outside: Outside;
  readonly objectives: () => { readonly at: Instant | null; readonly readings: readonly SloReading[] };
  readonly incidents: () => readonly IncidentView[];
}

/** The rooms, looked at: whatever a probe asks for, read as it is at that moment. */
export function observe({ engine, room, outside, objectives, incidents }: Observed): SystemView {
  const { rooms, reconciler, watches, watch, deadMen, steps, pipeline, results } = engine;
  const { accounts, controller, executor, gaps, journal, pairs, reads, samples, settings, traffic, world } = rooms;
  const venues = world.venues.map(({ id }) => id);
  const now = (): Instant => world.clock.now();
  return {
    venues,
    outside,
    now,
    control: () => controller.state,
    settings,
    hedges: () => executor.active(),
    exposure: () => exposureOf(executor.active(), NO_USDT),
    day: () => results.day(),
    equity: () => reads.equity(venues),
    watches: () => ({ at: watches.lookedAt, readings: watches.readings() }),
    journal: () => ({
      ...journal.reading(),
      unwritten: executor.unwritten,
      ledgerUnwritten: accounts.unwritten,
    }),
    start: () => ({ finished: steps.finished, steps: steps.all() }),
    recon: () => ({
      findings: reconciler.findings.standing(),
      runs: venues.flatMap((venue) => reconciler.findings.lastRun(venue) ?? []),
    }),
    drifts: (venue) => watch.counts(venue).drifts,
    readAt: (venue, kind) => reads.readAt(venue, kind),
    setup: (venue) => reads.setup(venue),
    clockSamples: (venue) => reads.clockSamples(venue),
    budgetUsed: (venue) => world.venues.find(({ id }) => id === venue)?.budgetUsed() ?? 0,
    throttled: (venue) => watch.throttled(venue),
    deadMen: () =>
      world.venues.flatMap(({ id }, index) => {
        const reading = deadMen[index]?.reading();
        return reading === undefined ? [] : [{ venue: id, reading }];
      }),
    books: () => booksOf(engine),
    framesAt: (venue) => gaps.get(venue)?.lastAt ?? null,
    accountLostMs: (venue) => watch.lostForMs(venue),
    scanning: () => ({ lookedAt: pipeline.lookedAt, failedInARow: samples.failedInARow }),
    nakedForMs: () => samples.nakedForMs(now()),
    refusals: () => traffic.refusals(),
    universe: () => pairs().map(({ id }) => id),
    approvals: () => approvalsOf(room),
    obstacles: () => [...controller.obstacles(), ...venuesNotReady(engine)],
    objectives,
    incidents,
  };
}

function booksOf({ rooms: { books, settings, world }, watch }: Engine): readonly BookView[] {
  const now = world.clock.now();
  return books.all().map((book) => {
    const { venue, id } = book.instrument;
    return {
      venue,
      instrument: id,
      distrust: book.distrust(now, settings().bookMaxAgeMs),
      ageMs: book.depth.at === 0 ? null : now - book.depth.at,
      resyncs: watch.resyncsOf(venue, id).length,
    };
  });
}

function approvalsOf({ authority, approvers }: ControlRoom): ApprovalsView {
  const pending = authority.approvals.pending();
  const ends = pending.map(({ expiresAt }) => expiresAt).toSorted((a, b) => a - b);
  return { pending: pending.length, nextExpiry: ends[0] ?? null, approvers, needsTwo: authority.needsTwo("resume") };
}
