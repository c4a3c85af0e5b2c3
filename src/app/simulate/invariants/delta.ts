import { type Quantity, type Usdt, NO_USDT, absolute, format, greatest, notional, toNumber } from "#domain/decimal.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { InstrumentId } from "#domain/ids.ts";
import { commonLot } from "#domain/instrument.ts";
import { type Instant, after } from "#domain/time.ts";
import type { FiredFault } from "#adapters/simulator/misfortune.ts";
import type { Accuse, Court } from "../judge.ts";
import type { Witness } from "../witness.ts";

export interface NakedSpell {
  readonly ms: number;
  /** The largest unhedged worth in it. */
  readonly usdt: number;
}

interface Naked {
  readonly since: Instant;
  worst: Usdt;
  accused: boolean;
}

/** How long a venue that answers again may leave us unbalanced. */
const HOME_WITHIN_MS = 10_000;
/** A throttled venue says for how long it wants to hear nothing. */
const QUIET_MS = 60_000;
/** A lost socket is noticed, reopened, logged in and caught up. */
const RECONNECT_MS = 2_000;

/** G2: the net delta of each instrument comes home, or the system holds and has said which one it is. */
export class DeltaInvariant {
  readonly spells: NakedSpell[] = [];
  readonly #court: Court;
  readonly #witness: Witness;
  readonly #accuse: Accuse;
  readonly #lots: ReadonlyMap<InstrumentId, Quantity>;
  readonly #naked = new Map<InstrumentId, Naked>();
  /** Since when any hedge of it has uneven legs: two of them may cancel out for a while. */
  readonly #unevenSince = new Map<InstrumentId, Instant>();
  readonly #alarmedAt = new Map<InstrumentId, Instant>();
  #bootedAt: Instant;
  #disturbedUntil: Instant;
  #faultsSeen = 0;

  constructor(court: Court, witness: Witness, accuse: Accuse) {
    this.#court = court;
    this.#witness = witness;
    this.#accuse = accuse;
    this.#bootedAt = this.#disturbedUntil = court.clock.now();
    const [first, second] = court.exchanges;
    this.#lots = new Map(
      [...first.markets()].map(({ listing }) => [
        listing.instrument,
        commonLot(listing, second.market(listing.instrument).listing),
      ]),
    );
  }

  look(instrument: InstrumentId): void {
    const { clock, exchanges } = this.#court;
    if (!this.#isUneven(instrument)) this.#unevenSince.delete(instrument);
    else if (!this.#unevenSince.has(instrument)) this.#unevenSince.set(instrument, clock.now());
    const delta = absolute(this.#witness.delta(instrument));
    const naked = this.#naked.get(instrument);
    if (delta < (this.#lots.get(instrument) ?? 0n)) {
      if (naked) this.#end(instrument, naked);
      return;
    }
    const worth = notional(exchanges[0].market(instrument).mark, delta);
    if (naked) naked.worst = greatest(naked.worst, worth);
    else this.#naked.set(instrument, { since: clock.now(), worst: greatest(worth, NO_USDT), accused: false });
  }

  told({ level, instrument, at }: DomainEvent): void {
    if (level === "critical" && instrument !== undefined) this.#alarmedAt.set(instrument, at);
  }

  booted(): void {
    this.#bootedAt = this.#court.clock.now();
  }

  tick(): void {
    this.#noteFaults();
    if (this.#naked.size === 0) return;
    const now = this.#court.clock.now();
    const engine = this.#court.engine();
    // A machine that is down answers for nothing; its time begins when it is started again.
    if (!engine) return;
    for (const [instrument, naked] of this.#naked) {
      const from = Math.max(naked.since, this.#bootedAt, this.#disturbedUntil);
      if (naked.accused || now - from <= HOME_WITHIN_MS || this.#isSaid(instrument, naked)) continue;
      naked.accused = true;
      const delta = format(this.#witness.delta(instrument));
      this.#accuse(
        "G2",
        `${instrument} is off by ${delta} for ${Math.round(now - naked.since)} ms, in ${engine.rooms.controller.state.mode}, and no alarm names it`,
      );
    }
  }

  close(): void {
    for (const [instrument, naked] of this.#naked) {
      if (!this.#isSaid(instrument, naked))
        this.#accuse("G2", `${instrument} is still off by ${format(this.#witness.delta(instrument))} at the end`);
      this.#end(instrument, naked);
    }
  }

  get isHome(): boolean {
    return this.#naked.size === 0;
  }

  #isSaid(instrument: InstrumentId, { since }: Naked): boolean {
    const holds = this.#court.engine()?.rooms.controller.state.mode === "HOLD";
    return (
      holds &&
      (this.#alarmedAt.get(instrument) ?? -Infinity) >= Math.min(since, this.#unevenSince.get(instrument) ?? since)
    );
  }

  #isUneven(instrument: InstrumentId): boolean {
    for (const [id, { open }] of this.#witness.hedges) {
      if (open.long !== open.short && this.#court.disk.intents.get(id)?.instrument === instrument) return true;
    }
    return false;
  }

  #end(instrument: InstrumentId, { since, worst }: Naked): void {
    this.#naked.delete(instrument);
    this.spells.push({ ms: this.#court.clock.now() - since, usdt: toNumber(worst) });
  }

  #noteFaults(): void {
    const { fired } = this.#court.misfortune;
    for (let fault = fired[this.#faultsSeen]; fault; fault = fired[this.#faultsSeen]) {
      this.#faultsSeen += 1;
      this.#disturbedUntil = Math.max(this.#disturbedUntil, lasts(fault)) as Instant;
    }
  }
}

/** Until when a fault keeps its venue from answering as it should. */
function lasts({ at, verb, args }: FiredFault): Instant {
  if (verb === "throttled" || verb === "read_throttled") return after(at, QUIET_MS);
  if (verb === "close_private" || verb === "close_public" || verb === "refuse_connection")
    return after(at, RECONNECT_MS);
  return after(at, args.ms ?? 0);
}
