import { type FeeSchedule } from "#domain/fee.ts";
import { describeFault } from "#domain/fault.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Clock } from "#ports/clock.ts";
import type { AccountSetup, Answer, Venue } from "#ports/venue.ts";
import { type Pair, commonInstruments } from "../market/universe.ts";
import type { ClockSample } from "../watch/facts.ts";

const TRIES = 5;
const FIRST_WAIT_MS = 200;

/** What a venue would not tell us at the start, in one sentence. */
export class BootFault extends Error {
  override readonly name = "BootFault";
}

/** Asks until answered, a few times, ever more patiently. */
export async function insist<T>(clock: Clock, what: string, ask: () => Promise<Answer<T>>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    if (answer.outcome === "answered") return answer.value;
    const { fault } = answer;
    const final = fault.kind === "rejected" || fault.kind === "venue-stop" || attempt === TRIES;
    if (final) throw new BootFault(`${what}: ${describeFault(fault)}`);
    const wait = fault.kind === "throttled" ? fault.retryAfterMs : FIRST_WAIT_MS * 2 ** (attempt - 1);
    await clock.sleep(wait);
  }
}

export interface UniverseInput {
  readonly clock: Clock;
  readonly venues: readonly [Venue, Venue];
  readonly wanted: readonly InstrumentId[];
  readonly most: number;
  /** Hears how far each venue's clock is from ours. */
  readonly clockRead: (venue: VenueId, sample: ClockSample) => void;
}

/** Clocks first, then what both venues list. */
export async function findUniverse({
  clock,
  venues,
  wanted,
  most,
  clockRead,
}: UniverseInput): Promise<readonly Pair[]> {
  const listings = await Promise.all(
    venues.map(async (venue) => {
      clockRead(venue.id, await insist(clock, `${venue.id} clock`, () => venue.syncClock()));
      return insist(clock, `${venue.id} instruments`, () => venue.marketData.instruments());
    }),
  );
  const { pairs, missing } = commonInstruments(listings[0] ?? [], listings[1] ?? [], wanted, most);
  if (missing.length > 0) throw new BootFault(`not tradable on both venues: ${missing.join(", ")}`);
  if (pairs.length === 0) throw new BootFault("no instrument is tradable on both venues");
  return pairs;
}

export interface AccountCheck {
  readonly fees: FeeSchedule;
  readonly instrument: Instrument;
}

/** Position mode, margin mode and leverage as we need them, read back; and what this account pays. */
export async function prepareAccount(
  clock: Clock,
  venue: Venue,
  instruments: readonly Instrument[],
  leverage: number,
): Promise<{ readonly checks: readonly AccountCheck[]; readonly setup: AccountSetup }> {
  const setup = await insist(clock, `${venue.id} account`, () => venue.account.useNetMode());
  if (!setup.canTrade) throw new BootFault(`${venue.id}: the key may not trade`);
  const checks: AccountCheck[] = [];
  for (const instrument of instruments) {
    const what = `${venue.id} ${instrument.symbol}`;
    const set = await insist(clock, `${what} leverage`, () => venue.account.prepare(instrument, leverage));
    if (set.leverage !== leverage)
      throw new BootFault(`${what}: leverage reads back as ${set.leverage}, ${leverage} was set`);
    const fees = await insist(clock, `${what} fees`, () => venue.account.fees(instrument));
    checks.push({ fees, instrument });
  }
  return { checks, setup };
}

export const feeKey = (venue: VenueId, instrument: InstrumentId): string => `${venue} ${instrument}`;
