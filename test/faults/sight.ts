import type { VenueId } from "#domain/ids.ts";
import type { MarketBook } from "#domain/market-book.ts";
import { BTC } from "../kit.ts";
import type { Stage } from "./stage.ts";

/** As old as a book of the stage may be. */
export const AGE_MS = 1_000;

/** The engine's own book of that venue. */
export const book = (stage: Stage, venue: VenueId): MarketBook => {
  const found = stage.engine.rooms.books.of(venue, BTC);
  if (!found) throw new Error("a book nobody follows");
  return found;
};

/** Why that book cannot be believed now; null when it can. */
export const distrust = (stage: Stage, venue: VenueId) => book(stage, venue).distrust(stage.clock.now(), AGE_MS);

/** Asks whether it can. */
export const trusted = (stage: Stage, venue: VenueId) => (): boolean => distrust(stage, venue) === null;
