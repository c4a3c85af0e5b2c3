import { type Part, type Probe, byLimits, ofParts } from "../probe.ts";

const POLL_AGES_S = [60, 300, Number.POSITIVE_INFINITY] as const;

/** Whether the bot hears and is heard. */
export const telegram: Probe = {
  id: "telegram",
  title: "Telegram",
  group: "P1",
  ttlS: 900,
  links: [],
  read(view) {
    const health = view.outside.telegram?.() ?? null;
    if (health === "off")
      return {
        level: "UNKNOWN",
        says: "switched off: TELEGRAM_ENABLE is false",
        metrics: {},
        at: view.now(),
        off: true,
      };
    if (health === null || health.polledAt === null) return null;
    const { polledAt, refused, fault } = health;
    const ageS = (view.now() - polledAt) / 1_000;
    const parts: Part[] = [
      { level: fault === null ? "OK" : "WARN", says: fault ?? "" },
      { level: byLimits(ageS, POLL_AGES_S), says: `not polled for ${Math.round(ageS)} s` },
    ];
    return ofParts(polledAt, parts, "polled", { poll_age_s: Math.round(ageS), refused_users: refused });
  },
};
