import { SystemClock } from "#adapters/host/system-clock.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { Limit } from "../decode/limit.ts";
import { SortedDoubles } from "../decode/peers.ts";
import { BINANCE_HOST, OKX_HOST, ScriptedWire, followMarkets, listingsOf } from "../harness/pipeline.ts";
import type { Recorded } from "./recorded.ts";

/** One way from a frame of either venue to a decision: may one of the two directions pay? */
export interface Road {
  /** Takes one frame and decides. */
  take(leg: number, frame: Buffer): void;
  /** Where both markets stand, in ticks. */
  state(): string;
  close(): Promise<void>;
}

/** What the gap must be, as a factor, before any road says yes: as much as the product wants in these benches. */
const FACTOR = 1.003;
const TURNS = 50;

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

async function ours({ inputs }: Recorded): Promise<Road> {
  const clock = new SystemClock();
  const wire = new ScriptedWire((target) => (target.includes("/depth") ? (inputs[0].snapshot ?? "") : "[]"));
  const listings = [listingsOf("BTC")];
  const hosts = [BINANCE_HOST, OKX_HOST] as const;
  const followed = followMarkets({ clock, http: wire, sockets: wire, hosts, listings });
  await settled();
  const listeners = [wire.publicOf(BINANCE_HOST), wire.publicOf(OKX_HOST)] as const;
  listeners[1].message(Buffer.from(inputs[1].snapshot ?? ""));
  for (const [leg, { lead }] of inputs.entries()) for (const frame of lead) listeners[leg === 0 ? 0 : 1].message(frame);
  await settled();
  const { books } = followed.engine.rooms;
  if (!books.all().every(({ depth }) => depth.live)) throw new Error("a book does not stand");
  const at = (venue: typeof BINANCE_UM): string => {
    const book = books.of(venue, listings[0]?.[0].id ?? ("" as never));
    return `${book?.bestTick("bid")}/${book?.bestTick("ask")}`;
  };
  return {
    take: (leg, frame) => (leg === 0 ? listeners[0] : listeners[1]).message(frame),
    state: () => `${at(BINANCE_UM)} ${at(OKX_PERP)}`,
    close: () => followed.close(),
  };
}

interface Sides {
  readonly bid: number;
  readonly ask: number;
}

function plain(sides: readonly [Sides, Sides], scale: number, take: (leg: number, frame: Buffer) => void): Road {
  const [one, two] = sides;
  let pays = 0;
  const at = ({ bid, ask }: Sides): string => `${Math.round(bid * scale)}/${Math.round(ask * scale)}`;
  return {
    take: (leg, frame) => {
      take(leg, frame);
      if (two.bid >= one.ask * FACTOR || one.bid >= two.ask * FACTOR) pays += 1;
    },
    state: () => {
      if (pays > 0) throw new Error("a quiet market paid");
      return `${at(one)} ${at(two)}`;
    },
    close: () => Promise.resolve(),
  };
}

function scanner({ inputs: [first, second] }: Recorded): Road {
  const [one, two] = [new Limit(first), new Limit({ ...second, lead: [] })];
  for (const frame of second.lead) two.take(frame, 0, frame.length);
  return plain([one, two], 1, (leg, frame) => (leg === 0 ? one : two).take(frame, 0, frame.length));
}

function doubles({ inputs: [first, second] }: Recorded): Road {
  const [one, two] = [new SortedDoubles(first), new SortedDoubles({ ...second, lead: [] })];
  two.run(second.lead);
  return plain([one, two], 10, (leg, frame) => (leg === 0 ? one : two).take(JSON.parse(frame.toString()) as never));
}

export const roads: Readonly<Record<string, (recorded: Recorded) => Promise<Road> | Road>> = {
  ours,
  scanner,
  "JSON+doubles": doubles,
};
