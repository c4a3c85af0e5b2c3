import { expect, test } from "vitest";
import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { BINANCE_UM, type InstrumentId, instrumentId } from "#domain/ids.ts";
import { Levels } from "#domain/levels.ts";
import { after } from "#domain/time.ts";
import type { MarketUpdate } from "#ports/venue.ts";
import { BTC, NOW } from "../../../test/kit.ts";
import { FeedRelay } from "./feed-relay.ts";

const ETH = instrumentId("ETH-USDT-PERP");
const LIFE_MS = 80_000;

function scene() {
  const clock = new VirtualClock(NOW);
  const feeds: { hear: (update: MarketUpdate) => void; closed: boolean }[] = [];
  const heard: string[] = [];
  const relay = new FeedRelay({
    clock,
    chance: new SeededChance("relay"),
    lifeMs: LIFE_MS,
    instruments: [BTC, ETH],
    make: (hear) => {
      const feed = { hear, closed: false };
      feeds.push(feed);
      return {
        start: () => undefined,
        close: () => {
          feed.closed = true;
        },
      };
    },
    listen: (update) =>
      heard.push(
        update.type === "book"
          ? `${update.update.kind} ${update.update.instrument.slice(0, 3)} ${"sequence" in update.update ? update.update.sequence : ""}`.trim()
          : update.type === "stream"
            ? update.state
            : update.type,
      ),
  });
  relay.start();
  const common = { venue: BINANCE_UM, at: NOW };
  const feed = (index: number) => feeds[index] ?? expect.fail(`no feed ${index}`);
  const stream = (index: number, state: "up" | "down") =>
    feed(index).hear({ type: "stream", ...common, state, says: "said" });
  const book = (index: number, kind: "snapshot" | "delta", instrument: InstrumentId, sequence: number) =>
    feed(index).hear({
      type: "book",
      update: { ...common, instrument, kind, bids: new Levels(), asks: new Levels(), sequence },
    });
  const gap = (index: number, instrument: InstrumentId) =>
    feed(index).hear({ type: "book", update: { ...common, instrument, kind: "gap", says: "gone" } });
  const begin = (index: number): void => {
    stream(index, "up");
    book(index, "snapshot", BTC, 1);
    book(index, "snapshot", ETH, 1);
  };
  const age = () => clock.runUntil(after(clock.now(), LIFE_MS));
  return { relay, feeds, feed, heard, stream, book, gap, begin, age };
}

test("each book goes over with its own snapshot, and nobody hears of the change", async () => {
  const { feed, feeds, heard, stream, book, begin, age } = scene();
  begin(0);
  await age();
  expect(feeds).toHaveLength(2);
  heard.length = 0;
  stream(1, "up");
  book(1, "delta", BTC, 5);
  book(0, "delta", BTC, 6);
  book(1, "snapshot", BTC, 7);
  book(0, "delta", BTC, 7);
  book(0, "delta", ETH, 8);
  book(1, "delta", BTC, 9);
  expect(feed(0).closed).toBe(false);
  book(1, "snapshot", ETH, 10);
  book(0, "delta", ETH, 11);
  book(1, "delta", ETH, 12);
  expect([feed(0).closed, feed(1).closed]).toEqual([true, false]);
  expect(heard).toEqual([
    "delta BTC 6",
    "snapshot BTC 7",
    "delta ETH 8",
    "delta BTC 9",
    "snapshot ETH 10",
    "delta ETH 12",
  ]);
});

test("an old feed that dies meanwhile is down until the new one is whole", async () => {
  const { heard, stream, book, gap, begin, age } = scene();
  begin(0);
  await age();
  heard.length = 0;
  stream(0, "down");
  gap(0, BTC);
  gap(0, ETH);
  begin(1);
  book(1, "delta", BTC, 2);
  expect(heard).toEqual(["down", "gap BTC", "gap ETH", "snapshot BTC 1", "snapshot ETH 1", "up", "delta BTC 2"]);
});

test("one feed alone is told as it is, and closed with the relay", () => {
  const { relay, feed, heard, stream, gap, begin } = scene();
  begin(0);
  stream(0, "down");
  gap(0, BTC);
  begin(0);
  expect(heard.join(", ")).toBe(
    "up, snapshot BTC 1, snapshot ETH 1, down, gap BTC, up, snapshot BTC 1, snapshot ETH 1",
  );
  relay.close();
  expect(feed(0).closed).toBe(true);
});
