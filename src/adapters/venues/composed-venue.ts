import type { VenueFault } from "#domain/fault.ts";
import type { VenueId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { MaintenanceWindow } from "#domain/maintenance.ts";
import type { Instant } from "#domain/time.ts";
import type { Account, Answer, Drift, DriftLook, MarketData, Trading, Venue } from "#ports/venue.ts";
import type { Governor, Quiet } from "#adapters/wire/governor.ts";
import type { DriftWatch } from "./drift-watch.ts";
import { answered, faulted } from "./outcome.ts";
import type { ClockReading, VenueClock } from "./venue-clock.ts";

/** Why a connection is taken anew after a rotation. */
export const KEYS_REPLACED = "the keys were replaced";

export interface VenueParts {
  readonly id: VenueId;
  readonly marketData: MarketData & { close(): void };
  readonly trading: Trading;
  readonly account: Account & { close(): void };
  /** The websocket road of orders. */
  readonly entry: { close(): void } | null;
  readonly drift: DriftWatch;
  readonly time: VenueClock;
  readonly governor: Governor;
  readonly maintenance: () => Promise<Answer<readonly MaintenanceWindow[]>>;
  readonly rest: { syncClock(): Promise<ClockReading | { readonly fault: VenueFault }> };
}

/** A Venue put together from its parts. */
export class ComposedVenue implements Venue {
  readonly #parts: VenueParts;

  constructor(parts: VenueParts) {
    this.#parts = parts;
  }

  get id(): VenueId {
    return this.#parts.id;
  }

  get marketData(): MarketData {
    return this.#parts.marketData;
  }

  get trading(): Trading {
    return this.#parts.trading;
  }

  get account(): Account {
    return this.#parts.account;
  }

  async syncClock(): Promise<Answer<ClockReading>> {
    const reading = await this.#parts.rest.syncClock();
    return "fault" in reading ? faulted(reading.fault) : answered(reading);
  }

  watchDrift(
    instruments: readonly Instrument[],
    listen: (drift: Drift) => void,
    looked?: (at: DriftLook) => void,
  ): { close(): void } {
    return this.#parts.drift.watch(instruments, listen, looked);
  }

  watchQuiet(listen: (quiet: Quiet) => void): { close(): void } {
    return this.#parts.governor.listen(listen);
  }

  maintenance(): Promise<Answer<readonly MaintenanceWindow[]>> {
    return this.#parts.maintenance();
  }

  serverNow(): Instant {
    return this.#parts.time.now();
  }

  budgetUsed(): number {
    return this.#parts.governor.used();
  }

  /** Ends the streams. The HttpClient belongs to whoever gave it. */
  close(): Promise<void> {
    this.#parts.marketData.close();
    this.#parts.account.close();
    this.#parts.entry?.close();
    return Promise.resolve();
  }
}
