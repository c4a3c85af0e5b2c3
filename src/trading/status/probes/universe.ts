import type { Probe } from "../probe.ts";

/** Instruments that trade on both venues. */
export const universe: Probe = {
  id: "universe_registry",
  title: "Universe",
  group: "P3",
  // Read again every five minutes.
  ttlS: 660,
  links: ["/api/ui/universe"],
  read(view) {
    const looks = view.venues.map((venue) => view.readAt(venue, "instruments"));
    const [first] = looks.toSorted((a, b) => (a ?? 0) - (b ?? 0));
    if (first === undefined || first === null || looks.includes(null)) return null;
    const count = view.universe().length;
    const drifts = view.venues.flatMap((venue) => view.drifts(venue).filter(({ cause }) => cause === "symbol"));
    const level = count === 0 ? "ERROR" : drifts.length > 0 ? "WARN" : "OK";
    const says =
      count === 0 ? "no instrument trades on both venues" : (drifts[0]?.says ?? `${count} instruments on both venues`);
    return { level, says, metrics: { instruments: count, drifts: drifts.length }, at: first };
  },
};
