import { type Part, type Probe, ofParts } from "../probe.ts";

/** Who listens to the stream of changes, and who did not keep up. */
export const stream: Probe = {
  id: "ui_stream",
  title: "UI stream",
  group: "P1",
  ttlS: 30,
  links: [],
  read(view) {
    const health = view.outside.stream?.() ?? null;
    if (health === null) return null;
    const { at, clients, dropped, serving } = health;
    const parts: Part[] = [
      { level: serving ? "OK" : "ERROR", says: "the stream is not served" },
      {
        level: dropped > 0 ? "WARN" : "OK",
        says: `${dropped} listeners were cut within a minute: they did not keep up`,
      },
    ];
    return ofParts(at, parts, `${clients} listen`, { clients, dropped });
  },
};
