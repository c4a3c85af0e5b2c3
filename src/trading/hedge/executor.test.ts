import { expect, test } from "vitest";
import { bps } from "#domain/decimal.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import { BINANCE_UM, OKX_PERP, type VenueId } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import type { Clock } from "#ports/clock.ts";
import type { Journal, JournalEntry, Receipt } from "#ports/journal.ts";
import type { Venue } from "#ports/venue.ts";
import { NOW, aListing, anIntent, someSettings } from "../../../test/kit.ts";
import { HedgeExecutor } from "./executor.ts";

/** Time stands still: no deadline comes. */
const timer = { stop: () => undefined };
const STANDING: Clock = {
  now: () => NOW,
  monotonic: () => 0,
  after: () => timer,
  every: () => timer,
  sleep: () => Promise.resolve(),
};

/** An executor over venues that answer nothing, and a journal that flushes when it is told to. */
function scene() {
  const did: string[] = [];
  const appended: (readonly JournalEntry[])[] = [];
  let flush: (() => void) | null = null;
  let open = true;
  const journal: Journal = {
    append: (entries) => {
      did.push("append");
      appended.push(entries);
      return new Promise((resolve) => {
        flush = () => {
          did.push("flushed");
          resolve({ sequence: appended.length } as Receipt);
        };
      });
    },
    finish: () => undefined,
    // oxlint-disable-next-line eslint/require-yield -- nothing was ever written before
    read: async function* () {
      return;
    },
  };
  const venue = (id: VenueId): Venue =>
    ({
      id,
      trading: {
        prepare: (order: OrderRequest) => {
          did.push(`prepare ${order.leg}`);
          return {
            send: () => {
              did.push(`send ${order.leg}`);
              queueMicrotask(() => did.push("a later step"));
              return new Promise(() => undefined);
            },
          };
        },
      },
    }) as unknown as Venue;
  const executor = new HedgeExecutor({
    clock: STANDING,
    journal,
    venues: new Map([BINANCE_UM, OKX_PERP].map((id) => [id, venue(id)])),
    settings: () => someSettings(),
    permits: () => open,
    book: () => ({ instrument: aListing(), prices: null, mark: null }),
    takerBps: () => bps("5"),
    streamUp: () => true,
    alarm: () => undefined,
    stopVenue: () => undefined,
    turnedDown: () => undefined,
    tradedLate: () => undefined,
    evened: () => undefined,
    cancelled: () => undefined,
    changed: () => undefined,
  });
  return {
    executor,
    did,
    appended,
    flush: () => flush?.(),
    shut: () => {
      open = false;
    },
  };
}

test("both legs are one append and one flush; they are signed meanwhile and leave in one step after it", async () => {
  const { executor, did, appended, flush } = scene();
  const intent = anIntent();
  void executor.open(intent);
  expect(did).toEqual(["append", "prepare long", "prepare short"]);
  flush();
  await Promise.resolve().then(() => Promise.resolve());
  await new Promise((resolve) => setImmediate(resolve));
  expect(did.slice(3)).toEqual(["flushed", "send long", "send short", "a later step", "a later step"]);
  expect(appended).toHaveLength(1);
  expect(appended[0]).toMatchObject([{ hedge: intent.id, event: { type: "intended" } }]);
});

test("a gate that closes during the flush lets neither leg out, whatever is signed", async () => {
  const { executor, did, flush, shut } = scene();
  const intent = anIntent();
  void executor.open(intent);
  shut();
  flush();
  await new Promise((resolve) => setImmediate(resolve));
  expect(did.filter((each) => each.startsWith("send"))).toEqual([]);
  const hedge = executor.find(intent.id);
  expect(hedge && stateOf(hedge)).toBe("aborted");
});
