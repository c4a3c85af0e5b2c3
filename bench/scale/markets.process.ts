import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { OKX_PERP, BINANCE_UM } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import { obey, role } from "../harness/obey.ts";
import { BINANCE_HOST, OKX_HOST, ScriptedWire, followMarkets, listingsOf } from "../harness/pipeline.ts";
import { dice } from "../harness/statistics.ts";
import { BinanceWalk, OkxWalk } from "../harness/walk.ts";

/** So many instruments on both venues in one process, every book live, and frames through the production pipeline. */

const instruments = Number(role());
const STEP_MS = 1_000;
/** Binance lets so many snapshots be asked for in a minute that four hundred books take minutes, here virtual ones. */
const MOST_STEPS = 600;
/** Neither venue may fall silent meanwhile; a book of OKX must change within a minute or so. */
const SLOW_EVERY = 10;
const TURNS = 10;
const MEGABYTE = 1024 * 1024;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const held = (): { rss: number; arrays: number; heap: number } => {
  collect();
  const { rss, arrayBuffers, heapUsed } = process.memoryUsage();
  return { rss: rss / MEGABYTE, arrays: arrayBuffers / MEGABYTE, heap: heapUsed / MEGABYTE };
};
const before = held();

const listings = Array.from({ length: instruments }, (_, index) => listingsOf(`C${String(index).padStart(3, "0")}`));
const binance = listings.map(([listing], index) => new BinanceWalk(listing.symbol, 1_000 + index));
const okx = listings.map(([, listing], index) => new OkxWalk(listing.symbol, 5_000 + index));
const snapshots = new Map(binance.map((walk) => [walk.symbol, walk.snapshot()]));

const clock = new VirtualClock(1_723_161_255_000 as Instant);
const wire = new ScriptedWire((target) => snapshots.get(/symbol=(\w+)/.exec(target)?.[1] ?? "") ?? "[]");
const { engine, frames: counts } = followMarkets({
  clock,
  http: wire,
  sockets: wire,
  hosts: [BINANCE_HOST, OKX_HOST],
  listings,
});

const live = (): boolean => engine.rooms.books.all().every(({ depth }) => depth.live);

/** Every book stands on its snapshot; how long that took on the venue's own clock. */
async function begin(): Promise<{ readonly seconds: number; readonly megabytes: object }> {
  await clock.runUntil((clock.now() + 1) as Instant);
  for (const walk of okx) wire.publicOf(OKX_HOST).message(Buffer.from(walk.snapshot()));
  for (const walk of binance) wire.publicOf(BINANCE_HOST).message(walk.next());
  let steps = 0;
  for (; !live(); steps += 1) {
    if (steps > MOST_STEPS) throw new Error("the books never came");
    if (steps % SLOW_EVERY === 0) {
      for (const walk of okx) {
        for (const frame of walk.slow()) wire.publicOf(OKX_HOST).message(frame);
        for (let turn = 0; turn < TURNS; turn += 1) wire.publicOf(OKX_HOST).message(walk.next());
      }
      for (const walk of binance) wire.publicOf(BINANCE_HOST).message(walk.next());
    }
    await clock.runUntil((clock.now() + STEP_MS) as Instant);
  }
  snapshots.clear();
  const after = held();
  const megabytes = {
    rss: after.rss - before.rss,
    arrays: after.arrays - before.arrays,
    heap: after.heap - before.heap,
  };
  return { seconds: steps, megabytes };
}

const roll = dice(77);

/** Nanoseconds an update, over so many drawn evenly from all books. */
function round({ updates }: { readonly updates: number }): number {
  const [one, two] = [wire.publicOf(BINANCE_HOST), wire.publicOf(OKX_HOST)];
  const frames: Buffer[] = [];
  const first = new Uint8Array(updates);
  for (let index = 0; index < updates; index += 1) {
    first[index] = roll(2);
    frames.push((first[index] === 1 ? binance : okx)[roll(instruments)]?.next() as Buffer);
  }
  const started = process.hrtime.bigint();
  for (let index = 0; index < updates; index += 1) (first[index] === 1 ? one : two).message(frames[index] as Buffer);
  const took = Number(process.hrtime.bigint() - started) / updates;
  check();
  return took;
}

/** Every book must stand where its market does; one that does not was not measured. */
function check(): void {
  for (const [index, [here, there]] of listings.entries()) {
    const [left, right] = [engine.rooms.books.of(BINANCE_UM, here.id), engine.rooms.books.of(OKX_PERP, there.id)];
    if (left?.bestTick("bid") !== binance[index]?.bestBid || right?.bestTick("bid") !== okx[index]?.bestBid)
      throw new Error(`${here.id}: a book went another way than its market`);
  }
  if (counts.some(({ surprises }) => surprises > 0)) throw new Error("a frame was no frame");
}

obey({ begin, round, looks: () => engine.pipeline.scans });
