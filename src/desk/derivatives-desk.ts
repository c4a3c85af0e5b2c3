import type { z } from "zod";
import type { derivPositions, derivStatus } from "#contract/derivatives.ts";
import { toNumber } from "#domain/decimal.ts";
import { type InstrumentId, type VenueId, symbolOf } from "#domain/ids.ts";
import { isoTime } from "#domain/time.ts";
import type { Venue } from "#ports/venue.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { VenueReads } from "#trading/engine/venue-reads.ts";

type VenueWords = z.infer<typeof derivStatus>["venues"][number];
type HeldWords = z.infer<typeof derivPositions>["venues"][number];
type InstrumentWords = VenueWords["instruments"][number];

/** The two venues, as they answered when they were last asked. Looking asks them nothing. */
export class DerivativesDesk {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  status(): z.infer<typeof derivStatus> {
    const { clock, venues } = this.#engine.rooms.world;
    return { ts: isoTime(clock.now()), venues: venues.map((venue) => this.#venueWords(venue)) };
  }

  positions(): z.infer<typeof derivPositions> {
    const { clock, venues } = this.#engine.rooms.world;
    return { ts: isoTime(clock.now()), venues: venues.map(({ id }) => this.#heldWords(id)) };
  }

  #venueWords(venue: Venue): VenueWords {
    const { controller, gaps, pairs, reads } = this.#engine.rooms;
    const { watch } = this.#engine;
    const { id } = venue;
    const counts = watch.counts(id);
    const sample = reads.clockSamples(id).at(-1);
    const lastFrame = gaps.get(id)?.lastAt ?? null;
    return {
      venue: id,
      state: controller.state.venues.get(id) ?? null,
      streams: {
        public: counts.public ? "up" : "down",
        private: counts.private ? "up" : "down",
        last_frame_at: lastFrame === null ? null : isoTime(lastFrame),
        private_lost_ms: watch.lostForMs(id),
      },
      account: accountWords(reads, id),
      instruments: pairs().flatMap((pair) => instrumentWords(reads, id, pair.id)),
      // The error of a clock reading is half the way there and back.
      round_trip_ms: sample === undefined ? null : sample.errorMs * 2,
      clock_offset_ms: sample === undefined ? null : sample.offsetMs,
      request_budget_used: venue.budgetUsed(),
      throttled: watch.throttled(id),
    };
  }

  #heldWords(venue: VenueId): HeldWords {
    const { conditions, reads } = this.#engine.rooms;
    const read = reads.positionsOf(venue);
    if (read === null) return { venue, read_at: null, positions: null };
    const positions = read.positions.map(({ instrument, quantity, entryPrice, liquidationPrice, at }) => {
      const mark = conditions.mark(venue, instrument);
      return {
        symbol: symbolOf(instrument),
        base_size: toNumber(quantity),
        entry_price: entryPrice === null ? null : toNumber(entryPrice),
        liquidation_price: liquidationPrice === null ? null : toNumber(liquidationPrice),
        mark_price: mark === null ? null : toNumber(mark),
        at: isoTime(at),
      };
    });
    return { venue, read_at: isoTime(read.at), positions };
  }
}

function accountWords(reads: VenueReads, venue: VenueId): VenueWords["account"] {
  const setup = reads.setup(venue);
  if (setup === null) return null;
  const readAt = reads.readAt(venue, "setup");
  return {
    position_mode: setup.positionMode,
    margin_mode: setup.marginMode === "unknown" ? null : setup.marginMode,
    can_trade: setup.canTrade,
    can_withdraw: setup.canWithdraw,
    read_at: readAt === null ? null : isoTime(readAt),
  };
}

/** Nothing for an instrument that was never set up there. */
export function instrumentWords(
  reads: VenueReads,
  venue: VenueId,
  instrument: InstrumentId,
): readonly InstrumentWords[] {
  const read = reads.leverage(venue, instrument);
  if (read === null) return [];
  return [{ symbol: symbolOf(instrument), leverage: read.leverage, margin: "cross", read_at: isoTime(read.at) }];
}
