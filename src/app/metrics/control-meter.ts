import type { Metrics, Sample } from "#adapters/host/metrics.ts";
import type { DomainEvent } from "#domain/event.ts";
import { type HoldCode, HOLD_CODES } from "#domain/hold.ts";
import type { Instant } from "#domain/time.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";

/** Causes of HOLD that a person is: everything else we found by ourselves. */
const BY_PEOPLE: ReadonlySet<HoldCode> = new Set(["operator", "stop", "reset", "kill", "shutdown"]);

/** What became of control and of the requests for it, counted as the feed tells of it. */
export class ControlMeter {
  readonly #metrics: Metrics;
  readonly #engine: Engine;
  readonly #room: ControlRoom;
  readonly #waiting = new Set<string>();
  readonly #heldMs = new Map<HoldCode, number>();
  #held: { readonly code: HoldCode; since: Instant } | null = null;

  constructor(metrics: Metrics, engine: Engine, room: ControlRoom) {
    this.#metrics = metrics;
    this.#engine = engine;
    this.#room = room;
    this.#held = this.#holding();
    this.#noteApprovals();
  }

  hear({ type }: DomainEvent): void {
    if (type !== "control" && type !== "risk") return;
    this.#noteApprovals();
    const now = this.#holding();
    if (this.#held === null && now !== null) {
      const cause = BY_PEOPLE.has(now.code) ? "operator" : "auto";
      this.#metrics.count("propbot_hold_transitions_total", { cause, reason: now.code });
    }
    this.#settle();
    if ((this.#held === null) !== (now === null)) this.#held = now;
  }

  /** Time on HOLD up to now, by the cause that began it. */
  *samples(): Iterable<Sample> {
    this.#noteApprovals();
    this.#settle();
    for (const reason of HOLD_CODES) {
      const held = this.#heldMs.get(reason);
      if (held !== undefined) yield ["propbot_hold_seconds_total", { reason }, held / 1_000];
    }
    yield ["propbot_approvals_pending", {}, this.#waiting.size];
  }

  #holding(): { readonly code: HoldCode; since: Instant } | null {
    const { state } = this.#engine.rooms.controller;
    if (state.mode !== "HOLD") return null;
    return { code: state.causes[0].code, since: this.#engine.rooms.world.clock.now() };
  }

  #settle(): void {
    if (this.#held === null) return;
    const now = this.#engine.rooms.world.clock.now();
    const { code, since } = this.#held;
    this.#heldMs.set(code, (this.#heldMs.get(code) ?? 0) + Math.max(0, now - since));
    this.#held.since = now;
  }

  #noteApprovals(): void {
    for (const { id, act, status } of this.#room.authority.approvals.all()) {
      if (status === "pending") this.#waiting.add(id);
      else if (this.#waiting.delete(id))
        this.#metrics.count("propbot_approvals_total", { action: act, outcome: status });
    }
  }
}
