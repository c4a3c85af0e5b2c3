import type { Probe } from "../probe.ts";

/** Could something be opened if somebody said RUN? */
export const readiness: Probe = {
  id: "live_readiness",
  title: "Live readiness",
  group: "P1",
  ttlS: 15,
  links: ["/readyz", "/api/ui/control-state"],
  read(view) {
    if (!view.start().finished) return null;
    const obstacles = view.obstacles();
    return {
      level: obstacles.length === 0 ? "OK" : "WARN",
      says: obstacles.length === 0 ? "nothing stands in the way" : obstacles.join("; "),
      metrics: { obstacles: obstacles.length },
      at: view.now(),
    };
  },
};
