import type { FundingRate } from "#domain/funding.ts";
import type { HedgeIntent } from "#domain/hedge.ts";
import { symbolOf } from "#domain/ids.ts";
import { MINUTE } from "#domain/time.ts";
import type { Rooms } from "./rooms.ts";

/** Stamps are some milliseconds off; intervals are whole hours. */
const SAME_WITHIN_MS = MINUTE;

/** Takes the rates as they come, so that every price after them counts with them, and says aloud when their rhythm changes. */
export class FundingWatch {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  note(funding: FundingRate): void {
    const { conditions } = this.#rooms;
    const before = conditions.funding(funding.venue, funding.instrument);
    conditions.noteFunding(funding);
    if (before !== null && Math.abs(before.intervalMs - funding.intervalMs) > SAME_WITHIN_MS)
      this.#tell(before, funding);
  }

  #tell(before: FundingRate, { venue, instrument, intervalMs }: FundingRate): void {
    const { controller, executor, tell } = this.#rooms;
    const hours = (ms: number): string => `${Math.round((ms / MINUTE / 60) * 100) / 100} h`;
    const says = `${venue} settles ${symbolOf(instrument)} every ${hours(intervalMs)}, and no longer every ${hours(before.intervalMs)}`;
    tell({ level: "critical", type: "market", code: "funding_interval", says, venue, instrument });
    const losing = executor
      .active()
      .find((hedge) => hedge.intent.instrument === instrument && this.#pays(hedge.intent));
    if (losing) controller.hold("funding", `${says}: hedge ${losing.intent.id} pays funding now`);
  }

  /** By both rates over the same time, exactly: what a short receives less what a long pays. */
  #pays({ instrument, long, short }: HedgeIntent): boolean {
    const { conditions } = this.#rooms;
    const paid = conditions.funding(long.venue, instrument);
    const received = conditions.funding(short.venue, instrument);
    if (!paid || !received) return false;
    return received.rate * BigInt(Math.round(paid.intervalMs)) < paid.rate * BigInt(Math.round(received.intervalMs));
  }
}
