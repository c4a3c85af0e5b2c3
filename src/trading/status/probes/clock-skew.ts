import { type Probe, ofWatch, oldest } from "../probe.ts";

/** How far the venues' clocks and ours are apart at worst. */
export const clockSkew: Probe = {
  id: "clock_skew",
  title: "Clock skew",
  group: "P0",
  ttlS: 180,
  links: [],
  read(view) {
    const at = oldest(view.venues.map((venue) => view.readAt(venue, "clock")));
    const worst = view.venues.map((venue) => {
      const sample = view.clockSamples(venue).at(-1);
      return `${venue} ${sample === undefined ? "not read" : `${Math.round(sample.offsetMs)} ms`}`;
    });
    const found = ofWatch(view, "clock-skew", worst.join(", "));
    return found === null || at === null ? null : { ...found, at };
  },
};
