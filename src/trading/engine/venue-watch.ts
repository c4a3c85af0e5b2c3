import type { VenueFault } from "#domain/fault.ts";
import { describeFault } from "#domain/fault.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Drift } from "#ports/venue.ts";
import type { Controller } from "../control/controller.ts";
import type { Rooms } from "./rooms.ts";

type Stream = "public" | "private";

interface Standing {
  public: boolean;
  private: boolean;
  /** Clock, account and positions were checked since the start. */
  checked: boolean;
  gaps: number;
  badFrames: number;
}

/** What is known of each venue's health, and the venue state that follows from it. */
export class VenueWatch {
  readonly #standings = new Map<VenueId, Standing>();
  readonly #controller: Controller;
  readonly #tell: Rooms["tell"];

  constructor(controller: Controller, tell: Rooms["tell"]) {
    this.#controller = controller;
    this.#tell = tell;
  }

  follow(venue: VenueId): void {
    this.#standings.set(venue, { public: false, private: false, checked: false, gaps: 0, badFrames: 0 });
  }

  stream(venue: VenueId, stream: Stream, state: "up" | "down", says: string): void {
    const standing = this.#of(venue);
    const was = standing[stream];
    standing[stream] = state === "up";
    if (was !== standing[stream]) {
      this.#tell({
        level: state === "up" ? "info" : "warn",
        type: "venue",
        code: `stream_${state}`,
        says: `${venue} ${stream} stream is ${state}: ${says}`,
        venue,
      });
    }
    this.#judge(venue, says);
  }

  checked(venue: VenueId): void {
    this.#of(venue).checked = true;
    this.#judge(venue, "clock, account and positions checked");
  }

  privateUp(venue: VenueId): boolean {
    return this.#of(venue).private;
  }

  noteGap(venue: VenueId, instrument: InstrumentId, says: string): void {
    this.#of(venue).gaps += 1;
    this.#tell({ level: "info", type: "market", code: "book_gap", says, venue, instrument });
  }

  badFrame(venue: VenueId, says: string): void {
    const standing = this.#of(venue);
    standing.badFrames += 1;
    this.#tell({ level: "warn", type: "venue", code: "bad_frame", says, venue });
  }

  stopped(venue: VenueId, fault: VenueFault): void {
    this.#controller.setVenue(venue, "QUARANTINED", describeFault(fault));
    this.#controller.hold("account", `${venue} refuses us: ${describeFault(fault)}`);
  }

  /** What orders would be made from is no longer so: HOLD, until a person has looked. Something new is only told. */
  drifted(venue: VenueId, { cause, instrument, says }: Drift): void {
    const level = cause === "shape" ? "warn" : "critical";
    if (cause !== "shape") this.#controller.hold(cause, `${venue}: ${says}`);
    const about = instrument === null ? {} : { instrument };
    this.#tell({ level, type: "venue", code: "conformance", says: `${venue}: ${says}`, venue, ...about });
  }

  counts(venue: VenueId): Readonly<Standing> {
    return this.#of(venue);
  }

  /** Both streams up and the account checked, or no new risk on this venue. */
  #judge(venue: VenueId, says: string): void {
    const { public: market, private: account, checked } = this.#of(venue);
    this.#controller.setVenue(venue, market && account && checked ? "OK" : "DEGRADED", says);
  }

  #of(venue: VenueId): Standing {
    const known = this.#standings.get(venue);
    if (known) return known;
    this.follow(venue);
    return this.#of(venue);
  }
}
