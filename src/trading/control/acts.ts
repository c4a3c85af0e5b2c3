import type { ApprovalParams, DangerousAct } from "#domain/approval.ts";
import type { VenueId } from "#domain/ids.ts";
import type { Controller } from "./controller.ts";

/** One dangerous act: what must be so before it, what it changes, and the change itself. */
export interface Act {
  /** As a person would ask for it. */
  readonly title: (params: ApprovalParams) => string;
  /** What stands there now, where a value is changed. */
  readonly before: (params: ApprovalParams) => ApprovalParams;
  /** Looks that take time, before the obstacles are asked for. */
  readonly prepare?: (params: ApprovalParams) => Promise<void>;
  /** Asked when the request is made and again when it takes effect, in the same step. Empty: nothing stands in the way. `first`: as if these had been done. */
  readonly obstacles: (params: ApprovalParams, first?: readonly DangerousAct[]) => readonly Obstacle[];
  /** In memory and at once; it cannot fail. */
  readonly apply: (params: ApprovalParams, says: string) => void;
}

export interface Obstacle {
  readonly code:
    | "preflight_failed"
    | "killed"
    | "not_on_hold"
    | "nothing_to_do"
    | "not_possible"
    | "not_flat"
    | "key_refused"
    | "secrets_closed"
    | "orders_unknown";
  readonly says: string;
}

export type Acts = Readonly<Partial<Record<DangerousAct, Act>>>;

const ON_HOLD: Obstacle = { code: "not_on_hold", says: "this is possible on HOLD only: hold first" };
const KILLED: Obstacle = { code: "killed", says: "the kill switch is latched: reset it first" };

export interface ControlActsDeps {
  readonly controller: Controller;
  /** Why DRY_RUN_ONLY cannot be switched off while we run; null when it can. */
  readonly dryRunFixed: string | null;
  /** Looks at everything that must be green before RUN. */
  readonly preflight: { run(): Promise<unknown>; obstacles(): readonly string[] };
  /** Why the kill latch may not be lifted yet: what the venues still hold or what has not been compared. */
  readonly unsettled: () => readonly string[];
}

/** The acts that are about control itself. */
export function controlActs({ controller, dryRunFixed, preflight, unsettled }: ControlActsDeps): Acts {
  const onHold = (): readonly Obstacle[] => (controller.state.mode === "HOLD" ? [] : [ON_HOLD]);
  const notKilled = (): readonly Obstacle[] => (controller.state.killed ? [KILLED] : []);
  const nothing = (is: boolean, says: string): readonly Obstacle[] => (is ? [{ code: "nothing_to_do", says }] : []);
  const none = (): ApprovalParams => ({});
  return {
    resume: {
      title: () => "resume trading",
      before: none,
      prepare: async () => void (await preflight.run()),
      obstacles: (_, first = []) => [
        ...controller
          .obstacles(first.includes("safe_mode_off"))
          .map((says): Obstacle => ({ code: "preflight_failed", says })),
        ...preflight.obstacles().map((says): Obstacle => ({ code: "preflight_failed", says })),
      ],
      apply: (_, says) => controller.run(says),
    },
    safe_mode_off: {
      title: () => "switch SAFE_MODE off",
      before: () => ({ safe_mode: controller.state.safeMode }),
      obstacles: () => [
        ...onHold(),
        ...notKilled(),
        ...nothing(!controller.state.safeMode, "SAFE_MODE is off already"),
      ],
      apply: (_, says) => controller.setSafeMode(false, says),
    },
    dry_run_off: {
      title: () => "let orders go to the real venues",
      before: () => ({ dry_run_only: controller.state.dryRun }),
      obstacles: () => [
        ...onHold(),
        ...(dryRunFixed === null
          ? nothing(!controller.state.dryRun, "DRY_RUN_ONLY is off already")
          : [{ code: "not_possible", says: dryRunFixed } as const]),
      ],
      apply: (_, says) => controller.setDryRun(false, says),
    },
    two_man_rule_off: {
      title: () => "switch the two-man rule off",
      before: () => ({ two_man_rule: controller.state.twoManRule }),
      obstacles: () => [...onHold(), ...nothing(!controller.state.twoManRule, "the two-man rule is off already")],
      apply: (_, says) => controller.setTwoManRule(false, says),
    },
    kill_release: {
      title: () => "lift the kill switch",
      before: () => ({ killed: controller.state.killed }),
      obstacles: () => [
        ...nothing(!controller.state.killed, "the kill switch is not latched"),
        ...unsettled().map((says): Obstacle => ({ code: "not_flat", says })),
      ],
      apply: (_, says) => controller.unkill(says),
    },
    venue_release: {
      title: ({ venue }) => `take ${String(venue)} out of quarantine`,
      before: ({ venue }) => ({ state: controller.state.venues.get(venue as VenueId) ?? null }),
      obstacles: ({ venue }) => [
        ...onHold(),
        ...nothing(
          controller.state.venues.get(venue as VenueId) !== "QUARANTINED",
          `${String(venue)} is not in quarantine`,
        ),
      ],
      apply: ({ venue }, says) => controller.releaseVenue(venue as VenueId, says),
    },
  };
}
