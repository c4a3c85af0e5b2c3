import { assert } from "#domain/assert.ts";
import { type Act, type Asker, type ControlState, type VenueState, forbiddenBy, permits } from "#domain/control.ts";
import { type HoldCause, type HoldCode, standsInTheWay } from "#domain/hold.ts";
import type { VenueId } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";
import type { Gate } from "#ports/gate.ts";

export interface ControllerStart {
  readonly mode: "RUN" | "HOLD";
  readonly safeMode: boolean;
  readonly dryRun: boolean;
  readonly killed: boolean;
  readonly twoManRule: boolean;
  readonly causes: readonly HoldCause[];
  readonly version: number;
}

/** Trading from the first step on, with no guard set: where nothing real can be reached, and nobody is asked. */
export const IN_RUN: ControllerStart = {
  mode: "RUN",
  safeMode: false,
  dryRun: false,
  killed: false,
  twoManRule: false,
  causes: [],
  version: 1,
};

/** What stands between a person and RUN. */
export type ResumeAnswer =
  | { readonly outcome: "running" }
  | { readonly outcome: "refused"; readonly code: string; readonly reasons: readonly string[] };

/** The one owner of ControlState; it is the Gate. Every change is synchronous, so that none can be raced. */
export class Controller implements Gate {
  #state: ControlState;
  readonly #clock: Clock;
  readonly #changed: (state: ControlState, code: string, says: string) => void;

  constructor(
    clock: Clock,
    start: ControllerStart,
    changed: (state: ControlState, code: string, says: string) => void,
  ) {
    this.#clock = clock;
    this.#changed = changed;
    const [first, ...rest] = start.causes;
    const boot: HoldCause = first ?? {
      code: "boot",
      says: "the process has just started",
      since: clock.now(),
      clearedAt: null,
    };
    const common = {
      version: start.version,
      safeMode: start.safeMode,
      dryRun: start.dryRun,
      killed: start.killed,
      twoManRule: start.twoManRule,
      venues: new Map<VenueId, VenueState>(),
    };
    this.#state =
      start.mode === "RUN" && !start.killed
        ? { ...common, mode: "RUN" }
        : { ...common, mode: "HOLD", causes: [boot, ...rest] };
  }

  get state(): ControlState {
    return this.#state;
  }

  permits(act: Act, venue: VenueId, asker: Asker): boolean {
    return permits(this.#state, act, venue, asker);
  }

  forbiddenBy(act: Act, venue: VenueId, asker: Asker): ReturnType<typeof forbiddenBy> {
    return forbiddenBy(this.#state, act, venue, asker);
  }

  /** Stops opening, at once. Never refused; the same cause twice is one cause, and stands again if it was cleared. */
  hold(code: HoldCode, says: string): void {
    const cause: HoldCause = { code, says, since: this.#clock.now(), clearedAt: null };
    const state = this.#state;
    if (state.mode === "RUN") {
      this.#set({ ...state, mode: "HOLD", causes: [cause] }, code, says);
    } else if (!state.causes.some((known) => known.code === code && known.clearedAt === null)) {
      const others = state.causes.filter((known) => known.code !== code);
      this.#set({ ...state, causes: notEmpty([...others, cause]) }, code, says);
    }
  }

  isHeldBy(code: HoldCode): boolean {
    const state = this.#state;
    return state.mode === "HOLD" && state.causes.some((known) => known.code === code && known.clearedAt === null);
  }

  /** Its watcher has seen the condition gone. The mode stays HOLD: only a person resumes. */
  clear(code: HoldCode): void {
    const state = this.#state;
    if (state.mode !== "HOLD" || !this.isHeldBy(code)) return;
    const clearedAt = this.#clock.now();
    const causes = state.causes.map((cause) => (cause.code === code ? { ...cause, clearedAt } : cause));
    this.#tellOf({ ...state, causes: notEmpty(causes) }, `${code}_cleared`, `${code} is over; still on HOLD`);
  }

  /** Trading again. Only from HOLD, never while killed or with SAFE_MODE on, never past an obstacle. */
  resume(obstacles: readonly string[]): ResumeAnswer {
    const reasons = [...this.obstacles(), ...obstacles];
    if (reasons.length > 0) return { outcome: "refused", code: "preflight_failed", reasons };
    this.run("trading was resumed");
    return { outcome: "running" };
  }

  /**
   * What in control itself stands between us and RUN.
   * @param safeModeOff asks as if SAFE_MODE were off
   */
  obstacles(safeModeOff = false): readonly string[] {
    const state = this.#state;
    const standing = state.mode === "HOLD" ? state.causes.filter(standsInTheWay) : [];
    return [
      ...(state.safeMode && !safeModeOff ? ["SAFE_MODE is on: switch it off first, by its own change"] : []),
      ...(state.killed ? ["the kill switch is latched: reset it first"] : []),
      ...standing.map(({ code, says }) => `${code} is not over: ${says}`),
    ];
  }

  /** RUN. Whoever calls it has asked for the obstacles in the same step. */
  run(says: string): void {
    const state = this.#state;
    if (state.mode === "RUN") return;
    assert(!state.killed && !state.safeMode, "RUN while killed or in SAFE_MODE");
    const { causes: _cleared, ...rest } = state;
    this.#set({ ...rest, mode: "RUN" }, "resume", says);
  }

  setSafeMode(on: boolean, says: string): void {
    if (this.#state.safeMode !== on)
      this.#set({ ...this.#state, safeMode: on }, on ? "safe_mode_on" : "safe_mode_off", says);
  }

  /** With it, orders go nowhere real. Away from it is asked for through the approvals. */
  setDryRun(on: boolean, says: string): void {
    if (this.#state.dryRun !== on) this.#set({ ...this.#state, dryRun: on }, on ? "dry_run_on" : "dry_run_off", says);
  }

  setTwoManRule(on: boolean, says: string): void {
    if (this.#state.twoManRule !== on)
      this.#set({ ...this.#state, twoManRule: on }, on ? "two_man_rule_on" : "two_man_rule_off", says);
  }

  /** The configuration changed: whatever was agreed to before it was agreed to about another one. */
  configured(says: string): void {
    this.#set(this.#state, "settings", says);
  }

  /** HOLD, SAFE_MODE and a latch that a resume does not lift. */
  kill(says: string): void {
    this.hold("kill", says);
    this.setSafeMode(true, says);
    if (!this.#state.killed) this.#set({ ...this.#state, killed: true }, "kill", says);
  }

  /** Lifts the kill latch. Stays in HOLD. */
  unkill(says: string): void {
    if (this.#state.killed) this.#set({ ...this.#state, killed: false }, "reset", says);
  }

  setVenue(venue: VenueId, venueState: VenueState, says: string): void {
    const known = this.#state.venues.get(venue);
    if (known === venueState) return;
    // Only a person takes a venue out of quarantine; a stream that goes or comes back does not.
    if (known === "QUARANTINED" && (venueState === "OK" || venueState === "DEGRADED")) return;
    this.#place(venue, venueState, says);
  }

  /** A person has looked: the venue may be found fit again. */
  releaseVenue(venue: VenueId, says: string): void {
    if (this.#state.venues.get(venue) === "QUARANTINED") this.#place(venue, "DEGRADED", says);
  }

  #place(venue: VenueId, venueState: VenueState, says: string): void {
    const venues = new Map(this.#state.venues).set(venue, venueState);
    this.#tellOf({ ...this.#state, venues }, `venue_${venueState.toLowerCase()}`, `${venue}: ${says}`);
  }

  #set(next: ControlState, code: string, says: string): void {
    this.#tellOf({ ...next, version: this.#state.version + 1 }, code, says);
  }

  #tellOf(next: ControlState, code: string, says: string): void {
    this.#state = next;
    this.#changed(next, code, says);
  }
}

function notEmpty(causes: readonly HoldCause[]): readonly [HoldCause, ...HoldCause[]] {
  const [first, ...rest] = causes;
  assert(first !== undefined, "HOLD without a cause");
  return [first, ...rest];
}
