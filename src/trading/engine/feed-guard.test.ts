import { expect, test } from "vitest";
import type { Hedge } from "#domain/hedge.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { aClock, aListing, aStandingHedge, anOkxListing, snapshotOf, someSettings } from "../../../test/kit.ts";
import { Controller } from "../control/controller.ts";
import { Books } from "../market/books.ts";
import { FeedGuard } from "./feed-guard.ts";
import type { Rooms } from "./rooms.ts";
import { VenueWatch } from "./venue-watch.ts";

const SIDES = { bids: [["59999", "1"]], asks: [["60000", "1"]] } as const;

function scene() {
  const clock = aClock();
  const told: string[] = [];
  const start = {
    mode: "RUN",
    safeMode: false,
    dryRun: false,
    killed: false,
    twoManRule: false,
    causes: [],
    version: 1,
  } as const;
  const controller = new Controller(clock, start, () => undefined);
  const tell: Rooms["tell"] = ({ code, says }) => told.push(`${code} ${says}`);
  const watch = new VenueWatch(clock, controller, tell);
  const books = new Books();
  const listings = [aListing(), anOkxListing()];
  for (const listing of listings) books.follow(listing);
  let hedges: readonly Hedge[] = [];
  const rooms = {
    world: { clock, venues: [{ id: BINANCE_UM }, { id: OKX_PERP }] },
    controller,
    books,
    executor: { active: () => hedges },
    settings: () => someSettings(),
    tell,
  } as unknown as Rooms;
  const guard = new FeedGuard(rooms, watch, 5_000);
  for (const { id } of rooms.world.venues) {
    watch.follow(id);
    watch.stream(id, "private", "up", "connected");
  }
  const show = (which: number): void => {
    const listing = listings[which];
    if (listing) books.of(listing.venue, listing.id)?.apply(snapshotOf(listing, { ...SIDES, at: clock.now() }));
  };
  const pass = async (seconds: number, shown: readonly number[]): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.runUntil(after(clock.now(), 1_000));
      for (const which of shown) show(which);
      guard.look();
    }
  };
  const held = (): boolean => controller.state.mode === "HOLD";
  return { watch, told, pass, held, hold: (hedge: Hedge) => (hedges = [hedge]) };
}

test("a book out of sight holds while a hedge is open, after its time and once", async () => {
  const { told, pass, held, hold } = scene();
  await pass(20, [0]);
  expect(held()).toBe(false);
  hold(aStandingHedge());
  await pass(5, [0]);
  expect(held()).toBe(false);
  await pass(10, [0]);
  expect([held(), told.filter((says) => says.startsWith("feed")).length]).toEqual([true, 1]);
});

test("a book that comes back in time holds nothing", async () => {
  const { pass, held, hold } = scene();
  hold(aStandingHedge());
  for (let times = 0; times < 4; times += 1) {
    await pass(4, [0]);
    await pass(1, [0, 1]);
  }
  expect(held()).toBe(false);
});

test("an account's stream that stays away holds, hedge or none", async () => {
  const { watch, told, pass, held } = scene();
  watch.stream(OKX_PERP, "private", "down", "closed");
  await pass(5, []);
  expect(held()).toBe(false);
  await pass(2, []);
  expect(held()).toBe(true);
  expect(told.at(-1)).toContain("okx-perp private stream");
});
