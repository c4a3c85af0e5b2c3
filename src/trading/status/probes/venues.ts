import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import type { ComponentId } from "../components.ts";
import { type Part, type Probe, ofParts, oldest, watchParts } from "../probe.ts";
import type { SystemView } from "../view.ts";

const SILENT_MS = 5_000;

/** One venue: its streams, how long it takes to answer, and what control thinks of it. */
function venueProbe(id: ComponentId, venue: VenueId, title: string): Probe {
  return {
    id,
    title,
    group: "P1",
    ttlS: 60,
    links: ["/api/deriv/status"],
    read(view) {
      const at = oldest([view.readAt(venue, "balance"), view.framesAt(venue)]);
      if (at === null) return null;
      const now = view.now();
      const framesMs = now - (view.framesAt(venue) ?? now);
      const lostMs = view.accountLostMs(venue);
      const parts: Part[] = [
        standing(view, venue),
        { level: framesMs > SILENT_MS ? "ERROR" : "OK", says: `no market data for ${Math.round(framesMs / 1_000)} s` },
        ...watchParts(view, "feed").filter(({ source }) => source === `${venue} private stream`),
        { level: lostMs > 0 ? "WARN" : "OK", says: `the account's stream is away for ${Math.round(lostMs / 1_000)} s` },
      ];
      const sample = view.clockSamples(venue).at(-1);
      // The clock is read in the middle of a question: its error is half of the way there and back.
      const roundTripMs = sample === undefined ? null : Math.round(sample.errorMs * 2);
      const rtt = roundTripMs === null ? "unknown" : `${roundTripMs} ms`;
      return ofParts(at, parts, `connected, round trip ${rtt}`, {
        state: view.control().venues.get(venue) ?? null,
        round_trip_ms: roundTripMs,
        market_age_ms: Math.round(framesMs),
        account_lost_ms: Math.round(lostMs),
      });
    },
  };
}

function standing(view: SystemView, venue: VenueId): Part {
  const state = view.control().venues.get(venue);
  const held = view.hedges().some(({ intent }) => intent.long.venue === venue || intent.short.venue === venue);
  if (state === undefined) return { level: "UNKNOWN", says: "not connected yet" };
  if (state === "BANNED") return { level: held ? "HOLD" : "ERROR", says: "it has banned us" };
  if (state === "QUARANTINED") return { level: "ERROR", says: "in quarantine until a person has looked" };
  return { level: state === "OK" ? "OK" : "WARN", says: "degraded: nothing is opened on it" };
}

export const binanceVenue = venueProbe("deriv_binance_um", BINANCE_UM, "binance-um");
export const okxVenue = venueProbe("deriv_okx_perp", OKX_PERP, "okx-perp");
