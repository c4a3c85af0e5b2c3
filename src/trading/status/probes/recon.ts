import { type Part, type Probe, byLimits, ofParts } from "../probe.ts";

const AGES_S = [60, 120, Number.POSITIVE_INFINITY] as const;

/** Our orders, positions and wallets against what the venues say. */
export const recon: Probe = {
  id: "recon",
  title: "Recon",
  group: "P0",
  ttlS: 600,
  links: ["/api/ui/recon/status", "/api/ui/recon/history"],
  read(view) {
    const { findings, runs } = view.recon();
    const whole = runs.filter(({ says }) => says === null);
    const now = view.now();
    const never = view.venues.filter((venue) => !runs.some((run) => run.venue === venue));
    if (never.length > 0) return null;
    const ages = runs.map(({ at }) => (now - at) / 1_000);
    const age = Math.max(...ages);
    const parts: Part[] = [
      ...findings.map(({ says }): Part => ({ level: "HOLD", says })),
      ...runs.flatMap(({ says, venue }): Part[] =>
        says === null ? [] : [{ level: "UNKNOWN", says: `${venue} was not compared: ${says}` }],
      ),
      { level: byLimits(age, AGES_S), says: `the last comparison is ${Math.round(age)} s old` },
    ];
    const kinds = ["position", "order", "balance", "foreign_order"] as const;
    return ofParts(
      runs.reduce((first, { at }) => (at < first ? at : first), now),
      parts,
      `0 differences, ${Math.round(age)} s ago`,
      {
        ...Object.fromEntries(kinds.map((kind) => [kind, findings.filter((each) => each.kind === kind).length])),
        compared: whole.length,
        age_s: Math.round(age),
      },
    );
  },
};
