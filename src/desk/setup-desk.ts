import type { z } from "zod";
import type { derivSetupAnswer, derivSetupRequest } from "#contract/derivatives.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Operator } from "#domain/operator.ts";
import { isoTime } from "#domain/time.ts";
import type { Venue } from "#ports/venue.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { Pair } from "#trading/market/universe.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { instrumentWords } from "./derivatives-desk.ts";
import type { PricingDesk } from "./pricing-desk.ts";

type Wish = z.infer<typeof derivSetupRequest>;
type Answer = z.infer<typeof derivSetupAnswer>;
type Refused = ReturnType<typeof refused>;

/** Setting the accounts up at the venues: net positions, cross margin, and a leverage. Twice comes to the same as once. */
export class SetupDesk {
  readonly #engine: Engine;
  readonly #room: ControlRoom;
  readonly #pricing: PricingDesk;

  constructor(engine: Engine, room: ControlRoom, pricing: PricingDesk) {
    this.#engine = engine;
    this.#room = room;
    this.#pricing = pricing;
  }

  async setup(who: Operator, wish: Wish): Promise<DeskAnswer<Answer>> {
    const chosen = this.#chosen(wish);
    const refusal = chosen.ok ? this.#obstacle(wish, chosen.value) : chosen;
    if (refusal) return this.#noted(who, wish, refusal);
    const pairs = chosen.ok ? chosen.value : [];
    const unwritten = this.#room.recordFirst(who, "deriv_setup", { wish: wordsOf(wish) });
    if (unwritten !== null) return refused(503, "not_recorded", unwritten);
    const venues: Answer["venues"][number][] = [];
    for (const [index, venue] of this.#engine.rooms.world.venues.entries()) {
      const set = await this.#setUp(venue, index === 0 ? 0 : 1, wish, pairs);
      if (!set.ok) return this.#noted(who, wish, set);
      venues.push(set.value);
    }
    this.#room.tell("deriv_setup", `${who.name} has set the accounts up: ${wordsOf(wish)}`);
    return done({ ts: isoTime(this.#engine.rooms.world.clock.now()), position_mode: "net", venues });
  }

  /** Without a symbol, leverage or margin it is about the accounts alone, and every pair stays as it is. */
  #chosen({ symbol, leverage, margin }: Wish): DeskAnswer<readonly Pair[]> {
    const { pairs } = this.#engine.rooms;
    if (symbol === undefined) return done(leverage === undefined && margin === undefined ? [] : pairs());
    const instrument = this.#pricing.instrument(symbol);
    return instrument.ok ? done(pairs().filter(({ id }) => id === instrument.value)) : instrument;
  }

  #obstacle({ leverage, margin, position_mode }: Wish, pairs: readonly Pair[]): Refused | null {
    const { controller, settings, world } = this.#engine.rooms;
    if (position_mode === "hedge")
      return refused(422, "not_possible", "position_mode: both legs are counted as one net position a venue; send net");
    if (margin === "isolated")
      return refused(422, "not_possible", "margin: a leg must be carried by the whole account; send cross");
    const most = settings().limits.maxLeverage;
    const whole = leverage === undefined || (Number.isInteger(leverage) && leverage >= 1);
    if (!whole) return refused(400, "leverage_limit_exceeded", "leverage must be a whole number from 1 on");
    if (leverage !== undefined && leverage > most)
      return refused(400, "leverage_limit_exceeded", `max-leverage: limit ${most}, would be ${leverage}`);
    const { state } = controller;
    // Not an order, but the account is no longer as whoever switched SAFE_MODE on has left it.
    if (state.safeMode || state.killed)
      return refused(403, "safe_mode", "SAFE_MODE is on: the accounts stay as they are; switch it off first");
    for (const { id } of world.venues) {
      const standing = state.venues.get(id) ?? "not connected yet";
      if (standing === "QUARANTINED" || standing === "BANNED")
        return refused(409, "venue_not_ready", `${id} is ${standing}`);
    }
    for (const pair of pairs) {
      const inUse = this.#inUse(pair.id, this.#wantedFor(pair.id, leverage));
      if (inUse) return inUse;
    }
    return null;
  }

  /** What an open hedge stands on is not taken from under it. */
  #inUse(instrument: InstrumentId, leverage: number): Refused | null {
    for (const hedge of this.#engine.rooms.executor.active()) {
      if (hedge.intent.instrument !== instrument) continue;
      const { id, leverage: standsAt } = hedge.intent;
      if (stateOf(hedge) !== "hedged")
        return refused(409, "hedge_unsettled", `${id} is ${stateOf(hedge)}; try again in a moment`);
      if (standsAt !== leverage)
        return refused(409, "leverage_in_use", `${id} stands at ${standsAt}×; close it or use that`);
    }
    return null;
  }

  #wantedFor(instrument: InstrumentId, leverage: number | undefined): number {
    const { reads, settings, world } = this.#engine.rooms;
    return leverage ?? reads.leverage(world.venues[0].id, instrument)?.leverage ?? settings().leverage;
  }

  async #setUp(
    venue: Venue,
    side: 0 | 1,
    { leverage }: Wish,
    pairs: readonly Pair[],
  ): Promise<DeskAnswer<Answer["venues"][number]>> {
    const { reads } = this.#engine.rooms;
    const account = await venue.account.useNetMode();
    if (account.outcome === "fault") return refused(502, "setup_failed", `${venue.id}: ${account.fault.says}`);
    reads.noteSetup(venue.id, account.value);
    for (const { id, listings } of pairs) {
      const wanted = this.#wantedFor(id, leverage);
      const listing = listings[side];
      if (wanted > listing.maxLeverage) {
        const says = `${venue.id} lends ${listing.symbol} ${listing.maxLeverage}× at most, not ${wanted}×`;
        return refused(400, "leverage_limit_exceeded", says);
      }
      // The venues take their time: a hedge may have begun since the first look.
      const inUse = this.#inUse(id, wanted);
      if (inUse) return inUse;
      const set = await venue.account.prepare(listing, wanted);
      if (set.outcome === "fault")
        return refused(502, "setup_failed", `${venue.id} ${listing.symbol}: ${set.fault.says}`);
      reads.noteLeverage(venue.id, id, set.value.leverage);
      if (set.value.leverage !== wanted) {
        const says = `${venue.id} ${listing.symbol} reads back ${set.value.leverage}×, not ${wanted}×`;
        return refused(502, "setup_failed", says);
      }
    }
    const instruments = pairs.flatMap(({ id }) => instrumentWords(reads, venue.id, id));
    return done({ venue: venue.id, position_mode: "net", instruments: [...instruments] });
  }

  /** That it was tried is on record too, and how far it did not come. */
  #noted(who: Operator, wish: Wish, refusal: Refused): Refused {
    const { code, says } = refusal.refusal;
    const data = { act: "deriv_setup", wish: wordsOf(wish), code, reasons: [says] };
    this.#room.audit.note({ actor: who.name, action: "control.refused", data });
    return refusal;
  }
}

const wordsOf = (wish: Wish): string =>
  Object.entries(wish)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
    .join(", ") || "as it is needed";
