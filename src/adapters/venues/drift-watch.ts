import { format } from "#domain/decimal.ts";
import type { Instrument } from "#domain/instrument.ts";
import { MINUTE } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Answer, Drift, DriftLook } from "#ports/venue.ts";
import type { VenueSettings } from "./deps.ts";
import type { Sentinel } from "./sentinel.ts";

const INSTRUMENTS_EVERY_MS = 5 * MINUTE;
const ACCOUNT_EVERY_MS = MINUTE;

export interface DriftWatchDeps {
  readonly clock: Clock;
  readonly sentinel: Sentinel;
  readonly instruments: () => Promise<Answer<readonly Instrument[]>>;
  /** How often each is read again, where a test cannot wait as long. */
  readonly patience: VenueSettings["patience"];
  /** What of the account is not as it was set up, one sentence each. */
  readonly account: () => Promise<Answer<readonly string[]>>;
}

/**
 * Reads again, now and then, what everything was built on: the instruments as they were when trading began, and the
 * account as it was set up. A question that fails settles nothing; the next one will.
 */
export class DriftWatch {
  readonly #deps: DriftWatchDeps;

  constructor(deps: DriftWatchDeps) {
    this.#deps = deps;
  }

  /** @param looked hears of every comparison that could be made */
  watch(
    instruments: readonly Instrument[],
    listen: (drift: Drift) => void,
    looked: (at: DriftLook) => void = () => undefined,
  ): { close(): void } {
    const { clock, sentinel, patience } = this.#deps;
    const listening = sentinel.listen(listen);
    const timers: readonly Timer[] = [
      clock.every(
        patience?.instrumentsEveryMs ?? INSTRUMENTS_EVERY_MS,
        () => void this.#readInstruments(instruments, looked),
      ),
      clock.every(patience?.accountEveryMs ?? ACCOUNT_EVERY_MS, () => void this.#readAccount(looked)),
    ];
    return {
      close: () => {
        listening.close();
        for (const timer of timers) timer.stop();
      },
    };
  }

  async #readAccount(looked: (at: DriftLook) => void): Promise<void> {
    const found = await this.#deps.account();
    if (found.outcome === "fault") return;
    for (const says of found.value) this.#deps.sentinel.account(says);
    looked("account");
  }

  async #readInstruments(known: readonly Instrument[], looked: (at: DriftLook) => void): Promise<void> {
    const now = await this.#deps.instruments();
    if (now.outcome === "fault") return;
    const byId = new Map(now.value.map((each) => [each.id, each]));
    for (const before of known) {
      for (const says of differences(before, byId.get(before.id))) this.#deps.sentinel.symbol(before.id, says);
    }
    looked("instruments");
  }
}

/** What of an instrument is not as it was: whatever an order would be made from. */
function differences(before: Instrument, after: Instrument | undefined): readonly string[] {
  if (after === undefined) return [`${before.symbol} is no longer listed`];
  const said: string[] = [];
  for (const name of ["tick", "lot", "minQuantity", "maxQuantity", "minNotional", "contractSize"] as const) {
    if (before[name] !== after[name])
      said.push(`${before.symbol}: ${name} was ${format(before[name])} and is ${format(after[name])}`);
  }
  if (before.tradable && !after.tradable)
    said.push(`${before.symbol} is no longer open for trading, or will be delisted`);
  return said;
}
