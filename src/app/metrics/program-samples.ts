import type { Sample } from "#adapters/host/metrics.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { LeaseReading } from "#trading/status/readings.ts";
import type { MetricsSources } from "./sources.ts";

export interface ProgramFacts {
  readonly profile: string;
  readonly version: string;
  readonly commit: string;
  readonly lease: () => LeaseReading;
  /** False until the engine has come up. */
  readonly started: () => boolean;
}

const STATUS = { OK: 0, WARN: 1, ERROR: 2, HOLD: 3, UNKNOWN: -1 } as const;

/** What the program is, what it may do, and whether what it has to write down is written. */
export function* programSamples(engine: Engine, facts: ProgramFacts): Iterable<Sample> {
  const { accounts, controller, executor, skipped } = engine.rooms;
  const { state } = controller;
  const { profile, version, commit } = facts;
  yield ["propbot_build_info", { version, commit, node: process.versions.node }, 1];
  const guards = { safe_mode: String(state.safeMode), dry_run: String(state.dryRun) };
  yield ["propbot_environment_info", { profile, ...guards }, 1];
  const now = facts.started() ? state.mode : "STARTING";
  for (const mode of ["RUN", "HOLD", "STARTING"]) yield ["propbot_mode", { mode }, mode === now ? 1 : 0];
  const { epoch, lost } = facts.lease();
  yield ["propbot_leader", {}, lost ? 0 : 1];
  yield ["propbot_leader_term", {}, epoch];
  yield ["propbot_outbox_backlog", {}, executor.unwritten + accounts.unwritten];
  for (const { reason, count } of skipped.totals())
    yield ["propbot_candidates_total", { outcome: "skipped", reason }, count];
}

/** What others know; nothing of what they do not. */
export function* sourceSamples(sources: MetricsSources): Iterable<Sample> {
  for (const { id, group, level, checkedAt } of sources.components?.() ?? []) {
    yield ["propbot_component_status", { component: id, group }, STATUS[level]];
    if (checkedAt !== null) yield ["propbot_component_checked_timestamp_seconds", { component: id }, checkedAt / 1_000];
  }
  for (const { channel, outcome, count } of sources.notifications?.() ?? [])
    yield ["propbot_notifications_total", { channel, outcome }, count];
  for (const { reason, count } of sources.streamDropped?.() ?? [])
    yield ["propbot_stream_dropped_total", { reason }, count];
  if (sources.uiClients) yield ["propbot_ui_clients", {}, sources.uiClients()];
  const backup = sources.backupAt?.() ?? null;
  if (backup !== null) yield ["propbot_backup_last_success_timestamp_seconds", {}, backup / 1_000];
}
