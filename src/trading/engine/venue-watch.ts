import type { VenueFault } from "#domain/fault.ts";
import { describeFault } from "#domain/fault.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Drift } from "#ports/venue.ts";
import type { AutoHold } from "../control/auto-hold.ts";
import type { Controller } from "../control/controller.ts";
import type { DriftSeen } from "../status/readings.ts";
import type { Rooms } from "./rooms.ts";

type Stream = "public" | "private";

interface Standing {
  public: boolean;
  private: boolean;
  /** Clock, account and positions were checked since the start. */
  checked: boolean;
  gaps: number;
  badFrames: number;
  /** Since when the account's stream is not there; null while it is. */
  lostSince: Instant | null;
  bannedUntil: number;
  /** Asked for silence, or too busy for new orders, until then. */
  restsUntil: number;
  throttledAt: number;
  /** When it was throttled for the second time within a minute. */
  throttledAgainAt: number;
  busyAt: number;
  busyTimes: number;
  readonly drifts: DriftSeen[];
  /** When each book was fetched anew, within the last minute. */
  readonly resyncs: Map<InstrumentId, Instant[]>;
}

/** Two demands for silence this close together are more than bad luck; closer than that they are one and the same. */
const THROTTLES_APART_MS = { atLeast: 1_000, atMost: 60_000 } as const;
/** How long a venue that was too busy gets no new hedge; twice as long each time, while it stays so. */
const FIRST_BUSY_MS = 5_000;
const LONGEST_BUSY_MS = 60_000;
/** Looked at a little after the silence is over, so that whoever asks then is heard. */
const AFTERWARDS_MS = 50;
const RESYNCS_KEPT_MS = 60_000;
const MOST_DRIFTS = 50;
/** Our own deadline had passed: that says nothing about the venue. */
const OURS = "expired";

export interface VenueWatchDeps {
  readonly clock: Clock;
  readonly controller: Controller;
  readonly autoHold: AutoHold;
  readonly tell: Rooms["tell"];
}

/** What is known of each venue's health, and the venue state that follows from it. */
export class VenueWatch {
  readonly #standings = new Map<VenueId, Standing>();
  readonly #controller: Controller;
  readonly #autoHold: AutoHold;
  readonly #tell: Rooms["tell"];
  readonly #clock: Clock;

  constructor({ clock, controller, autoHold, tell }: VenueWatchDeps) {
    this.#clock = clock;
    this.#controller = controller;
    this.#autoHold = autoHold;
    this.#tell = tell;
  }

  follow(venue: VenueId): void {
    const never = Number.NEGATIVE_INFINITY;
    this.#standings.set(venue, {
      public: false,
      private: false,
      checked: false,
      gaps: 0,
      badFrames: 0,
      lostSince: this.#clock.now(),
      bannedUntil: never,
      restsUntil: never,
      throttledAt: never,
      throttledAgainAt: never,
      busyAt: never,
      busyTimes: 0,
      drifts: [],
      resyncs: new Map(),
    });
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
        data: { stream },
      });
      if (state === "down") this.#holdIfAllDown(stream);
    }
    if (state === "up") this.#autoHold.report("feed", allDown(stream), null);
    if (state === "up" && stream === "private") this.#autoHold.report("feed", silentStream(venue), null);
    if (stream === "private") standing.lostSince = state === "up" ? null : (standing.lostSince ?? this.#clock.now());
    this.#judge(venue, says);
  }

  /** How long the account's stream has not been there; 0 while it is. */
  lostForMs(venue: VenueId): number {
    const { lostSince } = this.#of(venue);
    return lostSince === null ? 0 : this.#clock.now() - lostSince;
  }

  /** The account's stream stood open and kept silent about something it should have told. */
  silent(venue: VenueId, says: string): void {
    this.#autoHold.report("feed", silentStream(venue), `${venue} private stream: ${says}`, { venue });
  }

  /** The venue wants silence: no new hedge on it meanwhile, and nothing at all while it is a ban. */
  quieted(venue: VenueId, { forMs, banned }: { readonly forMs: number; readonly banned: boolean }): void {
    const standing = this.#of(venue);
    const now = this.#clock.now();
    const apart = now - standing.throttledAt;
    const again = apart >= THROTTLES_APART_MS.atLeast && apart <= THROTTLES_APART_MS.atMost;
    const until = banned ? "bannedUntil" : "restsUntil";
    standing[until] = Math.max(standing[until], now + forMs);
    if (!banned && apart >= THROTTLES_APART_MS.atLeast) standing.throttledAt = now;
    if (!banned && again) standing.throttledAgainAt = now;
    this.#autoHold.report("rate", venue, this.throttled(venue), { venue });
    this.#judge(venue, `asked for silence of ${Math.ceil(forMs / 1_000)} s`);
    this.#clock.after(forMs + AFTERWARDS_MS, () => this.#judge(venue, "may be asked again"));
  }

  /** What of its limits means HOLD: a ban, or a minute in which it throttled us twice; null when neither is so. */
  throttled(venue: VenueId): string | null {
    const { bannedUntil, throttledAgainAt } = this.#of(venue);
    const now = this.#clock.now();
    if (now < bannedUntil) return `${venue} has banned us for ${Math.ceil((bannedUntil - now) / 1_000)} s`;
    const lately = now - throttledAgainAt <= THROTTLES_APART_MS.atMost;
    return lately ? `${venue} throttled us twice within a minute` : null;
  }

  /** An opening order was surely not done: a venue too busy for it is left alone for a while. */
  turnedDown(venue: VenueId, fault: VenueFault): void {
    if (fault.kind !== "not-done" || fault.code === OURS) return;
    const standing = this.#of(venue);
    const now = this.#clock.now();
    standing.busyTimes = now - standing.busyAt > 2 * LONGEST_BUSY_MS ? 0 : standing.busyTimes;
    const forMs = Math.min(LONGEST_BUSY_MS, FIRST_BUSY_MS * 2 ** standing.busyTimes);
    standing.busyTimes += 1;
    standing.busyAt = now;
    standing.restsUntil = Math.max(standing.restsUntil, now + forMs);
    this.#judge(venue, `too busy for new orders: ${describeFault(fault)}`);
    this.#clock.after(forMs + AFTERWARDS_MS, () => this.#judge(venue, "may be tried again"));
  }

  checked(venue: VenueId): void {
    this.#of(venue).checked = true;
    this.#judge(venue, "clock, account and positions checked");
  }

  privateUp(venue: VenueId): boolean {
    return this.#of(venue).private;
  }

  noteGap(venue: VenueId, instrument: InstrumentId, says: string): void {
    const standing = this.#of(venue);
    standing.gaps += 1;
    standing.resyncs.set(instrument, [...this.resyncsOf(venue, instrument), this.#clock.now()]);
    this.#tell({ level: "info", type: "market", code: "book_gap", says, venue, instrument });
  }

  /** When this book had to be fetched anew within the last minute. */
  resyncsOf(venue: VenueId, instrument: InstrumentId): readonly Instant[] {
    const now = this.#clock.now();
    return (this.#of(venue).resyncs.get(instrument) ?? []).filter((at) => now - at < RESYNCS_KEPT_MS);
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
  drifted(venue: VenueId, drift: Drift): void {
    const { cause, instrument, says } = drift;
    const { drifts } = this.#of(venue);
    drifts.push({ ...drift, at: this.#clock.now() });
    if (drifts.length > MOST_DRIFTS) drifts.shift();
    const level = cause === "shape" ? "warn" : "critical";
    if (cause !== "shape") this.#controller.hold(cause, `${venue}: ${says}`);
    const about = instrument === null ? {} : { instrument };
    this.#tell({ level, type: "venue", code: "conformance", says: `${venue}: ${says}`, venue, ...about });
  }

  counts(venue: VenueId): Readonly<Standing> {
    return this.#of(venue);
  }

  /** Both streams up, the account checked and no silence asked for, or no new risk on this venue. */
  #judge(venue: VenueId, says: string): void {
    const { public: market, private: account, checked, bannedUntil, restsUntil } = this.#of(venue);
    // Only a person ends a quarantine; a ban that comes and goes meanwhile does not.
    if (this.#controller.state.venues.get(venue) === "QUARANTINED") return;
    const now = this.#clock.now();
    const fine = market && account && checked && now >= restsUntil;
    this.#controller.setVenue(venue, now < bannedUntil ? "BANNED" : fine ? "OK" : "DEGRADED", says);
  }

  /** With every venue out of sight at once nothing we hold can be watched. */
  #holdIfAllDown(stream: Stream): void {
    const all = [...this.#standings];
    if (all.some(([, standing]) => standing[stream])) return;
    const [venue] = all.at(-1) ?? [];
    const says = `the ${stream} streams of all venues are down together`;
    if (venue) this.#autoHold.report("feed", allDown(stream), says, { venue });
  }

  #of(venue: VenueId): Standing {
    const known = this.#standings.get(venue);
    if (known) return known;
    this.follow(venue);
    return this.#of(venue);
  }
}

/** What the feed cause is held for beside what the watch of the feeds sees at its looks. */
const allDown = (stream: Stream): string => `all ${stream} streams`;
const silentStream = (venue: VenueId): string => `${venue} silent`;
