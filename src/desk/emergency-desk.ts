import type { z } from "zod";
import type { cancelAllAnswer, flattenAnswer, killAnswer } from "#contract/control.ts";
import { liveOrders } from "#domain/hedge-machine.ts";
import { type VenueId, instrumentOf, venueOf } from "#domain/ids.ts";
import type { Operator } from "#domain/operator.ts";
import { isoTime } from "#domain/time.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { type Cancelled, cancelAll } from "#trading/hedge/cancel-all.ts";
import { flatten } from "#trading/hedge/flatten.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { type DeskFacts, cancelledWords, controlWords, flattenedWords } from "./control-words.ts";

/** Taking off what is out there: orders at the venues, and hedges. Never refused for what control forbids. */
export class EmergencyDesk {
  readonly #engine: Engine;
  readonly #room: ControlRoom;
  readonly #facts: DeskFacts;

  constructor(engine: Engine, room: ControlRoom, facts: DeskFacts) {
    this.#engine = engine;
    this.#room = room;
    this.#facts = facts;
  }

  /** HOLD and SAFE_MODE first; then every order of ours off at the venues, and their word for it; then the hedges if so set. */
  async kill(who: Operator, reason: string | undefined): Promise<z.infer<typeof killAnswer>> {
    const { controller } = this.#engine.rooms;
    const says = reason ? `${who.name}: ${reason}` : `${who.name} pulled the kill switch`;
    // The first cancel leaves before the record is flushed: a slow disk shall not keep an order alive.
    controller.kill(says);
    const leaving = this.#cancelOn(null);
    this.#room.safer(who, "kill", says, () => undefined);
    const cancelled = await leaving;
    const off = this.#facts.killFlatten ? await this.#flatten({ venue: null, symbol: null }) : null;
    return {
      control: controlWords(this.#engine, this.#room, this.#facts),
      cancelled: Object.fromEntries(cancelled.map((each) => [each.venue, cancelledWords(each)])),
      flatten:
        off?.map((hedge) => {
          const { id, symbol, status, closed } = flattenedWords(hedge);
          return { id, symbol, status, detail: closed ? "nothing is left of it" : "it is still open" };
        }) ?? null,
    };
  }

  async cancelAll(who: Operator, venue: string | undefined): Promise<DeskAnswer<z.infer<typeof cancelAllAnswer>>> {
    const id = venue === undefined ? null : venueOf(venue);
    if (venue !== undefined && id === null)
      return refused(422, "invalid_request", "venue: none of ours; binance-um or okx-perp");
    const leaving = this.#cancelOn(id);
    this.#room.safer(
      who,
      "cancel_all",
      `${who.name} cancels every order${id === null ? "" : ` on ${id}`}`,
      () => undefined,
    );
    const results = await leaving;
    return done({
      result: {
        cancelled: results.flatMap(({ cancelled }) => [...cancelled]),
        failed: results.flatMap(({ venue: at, failed }) =>
          failed.map(({ id: order, says }) => ({ id: order, venue: at, detail: says })),
        ),
        still_open: results.flatMap(({ stillOpen }) => [...stillOpen]),
        venues: Object.fromEntries(results.map((each) => [each.venue, cancelledWords(each)])),
      },
      ts: isoTime(this.#engine.rooms.world.clock.now()),
    });
  }

  /** Both legs of each hedge together, reduce-only; allowed on HOLD and in SAFE_MODE, for a person asks. */
  async flatten(
    who: Operator,
    ask: {
      readonly venue?: string | undefined;
      readonly symbol?: string | undefined;
      readonly reason?: string | undefined;
    },
  ): Promise<DeskAnswer<z.infer<typeof flattenAnswer>>> {
    const venue = ask.venue === undefined ? null : venueOf(ask.venue);
    if (ask.venue !== undefined && venue === null)
      return refused(422, "invalid_request", "venue: none of ours; binance-um or okx-perp");
    const symbol = ask.symbol ?? null;
    if (symbol !== null && instrumentOf(symbol) === null)
      return refused(422, "invalid_request", "symbol: must be one like BTCUSDT");
    const says = `${who.name} takes off ${symbol ?? "every hedge"}${venue === null ? "" : ` on ${venue}`}${ask.reason ? `: ${ask.reason}` : ""}`;
    this.#room.safer(who, "flatten", says, () => undefined);
    const hedges = await this.#flatten({ venue, symbol });
    const items = hedges.map(flattenedWords);
    const closed = items.filter((each) => each.closed).length;
    return done({
      items,
      closed,
      still_open: items.length - closed,
      ts: isoTime(this.#engine.rooms.world.clock.now()),
    });
  }

  #cancelOn(only: VenueId | null): Promise<readonly Cancelled[]> {
    const { executor, world } = this.#engine.rooms;
    const { clock, chance } = world;
    const known = (venue: VenueId) =>
      executor
        .active()
        .flatMap((hedge) => liveOrders(hedge).map(({ request }) => request))
        .filter((order) => order.venue === venue);
    const wanted = world.venues.filter(({ id }) => only === null || id === only);
    return Promise.all(wanted.map((venue) => cancelAll(venue, { clock, known, origin: (id) => chance.origin(id) })));
  }

  #flatten({ venue, symbol }: { readonly venue: VenueId | null; readonly symbol: string | null }) {
    const { executor, world } = this.#engine.rooms;
    return flatten(executor, world.clock, { venue, instrument: symbol === null ? null : instrumentOf(symbol) });
  }
}
