import type { AutoHold } from "../control/auto-hold.ts";
import type { Controller } from "../control/controller.ts";
import type { ExecutorDeps } from "../hedge/executor-deps.ts";
import type { Rooms } from "./rooms.ts";

/** What the executor cries for: what is watched is reported under the name its watch knows it by, the rest just holds. */
export function alarmOf(controller: Controller, autoHold: AutoHold, tell: Rooms["tell"]): ExecutorDeps["alarm"] {
  return (code, says, hedge) => {
    const about = hedge ? { hedge: hedge.intent.id, instrument: hedge.intent.instrument } : {};
    if (code === "delta" && hedge) return autoHold.report(code, hedge.intent.id, says, about);
    if (code === "disk") return autoHold.report(code, "journal", says, about);
    controller.hold(code, says);
    tell({ level: "critical", type: "risk", code, says, ...about });
  };
}
