import type { Rooms } from "#trading/engine/rooms.ts";
import { refused } from "./answer.ts";

/** Why control lets nobody open anything now, as people read it; null when it does. */
export function gateRefusal({
  controller,
  world,
}: Pick<Rooms, "controller" | "world">): ReturnType<typeof refused> | null {
  for (const venue of world.venues) {
    const condition = controller.forbiddenBy("open", venue.id, "operator");
    if (condition === null) continue;
    if (condition === "SAFE_MODE" || condition === "KILLED")
      return refused(403, "safe_mode", "SAFE_MODE is on: no order that adds risk leaves");
    if (condition === "HOLD") {
      const { state } = controller;
      const causes = state.mode === "HOLD" ? state.causes.map(({ says }) => says).join("; ") : "";
      return refused(403, "hold_active", `trading is on HOLD: ${causes}`);
    }
    if (condition === "DRY_RUN") return refused(403, "dry_run", "DRY_RUN_ONLY is on: no order goes to a real venue");
    return refused(400, "venue_not_ready", `${venue.id} is ${condition}`);
  }
  return null;
}
