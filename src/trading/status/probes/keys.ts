import { type Part, type Probe, ofParts, oldest } from "../probe.ts";

const OLD_DAYS = 90;

/** Keys that may trade and not withdraw, files that nobody else reads, tokens that nobody guesses. */
export const keys: Probe = {
  id: "keys_security",
  title: "Keys",
  group: "P0",
  ttlS: 900,
  links: ["/api/ui/secret"],
  read(view) {
    const health = view.outside.keys?.() ?? null;
    const at = oldest([health?.at ?? null, ...view.venues.map((venue) => view.readAt(venue, "setup"))]);
    if (health === null || at === null) return null;
    const { exposed, weak, grave, oldestDays, ageless } = health;
    const level = grave ? "ERROR" : "WARN";
    const parts: Part[] = [
      ...view.venues.flatMap((venue) => rights(venue, view.setup(venue))),
      ...exposed.map((says): Part => ({ level, says })),
      ...weak.map((name): Part => ({ level, says: `${name} is too easily guessed` })),
      {
        level: oldestDays !== null && oldestDays > OLD_DAYS ? "WARN" : "OK",
        says: `the oldest key is ${oldestDays} days old: rotate it`,
      },
    ];
    const age = oldestDays === null ? "age unknown" : `oldest ${oldestDays} d`;
    return ofParts(at, parts, `may trade, may not withdraw; ${age}`, {
      oldest_days: oldestDays,
      of_unknown_age: ageless,
      exposed_files: exposed.length,
      weak_tokens: weak.length,
    });
  },
};

function rights(venue: string, setup: { readonly canTrade: boolean; readonly canWithdraw: boolean } | null): Part[] {
  if (setup === null) return [];
  return [
    ...(setup.canWithdraw
      ? [{ level: "HOLD", says: `${venue}: the key may withdraw; make one that may not` } as const]
      : []),
    ...(setup.canTrade ? [] : [{ level: "HOLD", says: `${venue}: the key may not trade` } as const]),
  ];
}
