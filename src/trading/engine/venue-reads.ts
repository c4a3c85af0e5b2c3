import { type Bps, type Quantity, type Usdt, NO_QUANTITY, NO_USDT, add, subtract } from "#domain/decimal.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { MaintenanceWindow } from "#domain/maintenance.ts";
import type { Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { AccountSetup, Balance, DriftLook, Venue, VenuePosition } from "#ports/venue.ts";
import type { ReadKind } from "../status/readings.ts";
import type { ClockSample } from "../watch/facts.ts";

const SAMPLES = 3;

/** A position that is not what our books say, for a while already. */
export interface StrangePosition {
  readonly instrument: InstrumentId;
  readonly ours: Quantity;
  readonly theirs: Quantity;
}

/** What one instrument is set to at a venue, as read back from it; the margin is cross, or it would not have been read back. */
export interface LeverageRead {
  readonly leverage: number;
  readonly at: Instant;
}

/** What one venue said that it holds of ours, and when. */
export interface PositionsRead {
  readonly at: Instant;
  readonly positions: readonly VenuePosition[];
}

/** What the venues last answered when they were asked: what everybody else looks at, and nobody asks for twice. */
export class VenueReads {
  readonly #clock: Pick<Clock, "now">;
  readonly #readAt = new Map<string, Instant>();
  readonly #setups = new Map<VenueId, AccountSetup>();
  readonly #balances = new Map<VenueId, Balance>();
  readonly #leverages = new Map<string, LeverageRead>();
  readonly #positions = new Map<VenueId, PositionsRead>();
  readonly #strange = new Map<VenueId, readonly StrangePosition[]>();
  readonly #clocks = new Map<VenueId, readonly ClockSample[]>();
  readonly #announced = new Map<VenueId, readonly MaintenanceWindow[]>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** When the venue last answered this; null when it never did. */
  readAt(venue: VenueId, kind: ReadKind): Instant | null {
    return this.#readAt.get(`${kind} ${venue}`) ?? null;
  }

  /** A part of the venue was compared with what we were built on. */
  noteLook(venue: VenueId, at: DriftLook): void {
    this.#note(venue, at);
  }

  async readBalance(venue: Venue): Promise<Balance | null> {
    const balance = await venue.account.balance();
    if (balance.outcome === "fault") return null;
    this.#balances.set(venue.id, balance.value);
    this.#note(venue.id, "balance");
    return balance.value;
  }

  async readClock(venue: Venue): Promise<void> {
    const reading = await venue.syncClock();
    if (reading.outcome === "answered") this.noteClock(venue.id, reading.value);
  }

  async readMaintenance(venue: Venue): Promise<void> {
    const windows = await venue.maintenance();
    if (windows.outcome === "fault") return;
    this.#announced.set(venue.id, windows.value);
    this.#note(venue.id, "maintenance");
  }

  /** How the account is set up, and what its key may do. */
  async readSetup(venue: Venue): Promise<void> {
    const setup = await venue.account.setup();
    if (setup.outcome === "answered") this.noteSetup(venue.id, setup.value);
  }

  noteSetup(venue: VenueId, setup: AccountSetup): void {
    this.#setups.set(venue, setup);
    this.#note(venue, "setup");
  }

  setup(venue: VenueId): AccountSetup | null {
    return this.#setups.get(venue) ?? null;
  }

  noteClock(venue: VenueId, sample: ClockSample): void {
    this.#clocks.set(venue, [...this.clockSamples(venue), sample].slice(-SAMPLES));
    this.#note(venue, "clock");
  }

  notePositions(venue: VenueId, positions: readonly VenuePosition[]): void {
    this.#positions.set(venue, { at: this.#clock.now(), positions });
  }

  /** As it was read last; null when it never was. */
  positionsOf(venue: VenueId): PositionsRead | null {
    return this.#positions.get(venue) ?? null;
  }

  noteLeverage(venue: VenueId, instrument: InstrumentId, leverage: number): void {
    this.#leverages.set(`${venue} ${instrument}`, { leverage, at: this.#clock.now() });
  }

  /** Null where it was never set and read back. */
  leverage(venue: VenueId, instrument: InstrumentId): LeverageRead | null {
    return this.#leverages.get(`${venue} ${instrument}`) ?? null;
  }

  balance(venue: VenueId): Balance | null {
    return this.#balances.get(venue) ?? null;
  }

  /** What a venue holds beside what our books say; nothing, when they agree. */
  noteStrange(venue: VenueId, mismatches: readonly StrangePosition[]): void {
    this.#strange.set(venue, mismatches);
  }

  clockSamples(venue: VenueId): readonly ClockSample[] {
    return this.#clocks.get(venue) ?? [];
  }

  positions(): readonly VenuePosition[] {
    return [...this.#positions.values()].flatMap(({ positions }) => positions);
  }

  marginUsed(venue: VenueId): Bps | null {
    return this.#balances.get(venue)?.marginUsed ?? null;
  }

  announced(): readonly MaintenanceWindow[] {
    return [...this.#announced.values()].flat();
  }

  /** What all of these venues hold of ours; null until each was read. */
  equity(venues: readonly VenueId[]): Usdt | null {
    let total = NO_USDT;
    for (const venue of venues) {
      const balance = this.#balances.get(venue);
      if (!balance) return null;
      total = add(total, balance.wallet);
    }
    return total;
  }

  /** Signed base units that no hedge of ours explains, by instrument. */
  unattributed(): ReadonlyMap<InstrumentId, Quantity> {
    const strange = new Map<InstrumentId, Quantity>();
    for (const { instrument, ours, theirs } of [...this.#strange.values()].flat())
      strange.set(instrument, add(strange.get(instrument) ?? NO_QUANTITY, subtract(theirs, ours)));
    return strange;
  }

  #note(venue: VenueId, kind: ReadKind): void {
    this.#readAt.set(`${kind} ${venue}`, this.#clock.now());
  }
}
