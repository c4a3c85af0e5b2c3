import type { ApprovalParams } from "#domain/approval.ts";
import type { Act } from "./acts.ts";
import type { Controller } from "./controller.ts";
import type { SettingsRoom } from "./settings-room.ts";

/** A change of settings that leads away from safety: raising a limit, a wider band, a larger order. */
export function settingsAct(room: SettingsRoom, controller: Controller): Act {
  return {
    title: (params) => `change ${words(params)}`,
    before: (params) => {
      const shown = room.shown();
      return Object.fromEntries(Object.keys(params).map((name) => [name, shown[name] ?? null]));
    },
    obstacles: (params) => {
      const planned = room.plan(params);
      if (planned.outcome === "refused") return planned.problems.map((says) => ({ code: "not_possible", says }));
      return planned.changes.length === 0 ? [{ code: "nothing_to_do", says: "everything is so already" }] : [];
    },
    apply: (params, says) => {
      const planned = room.plan(params);
      if (planned.outcome !== "planned") return;
      room.apply(planned.next);
      controller.configured(says);
    },
  };
}

const words = (params: ApprovalParams): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} to ${value === null ? "none" : String(value)}`)
    .join(", ");
