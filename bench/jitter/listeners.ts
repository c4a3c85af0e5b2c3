import { WebSocket } from "ws";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { WsSocketFactory } from "#adapters/wire/socket.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { SortedDoubles } from "../decode/peers.ts";
import { OKX_HOST, ScriptedWire, followMarkets, listingsOf } from "../harness/pipeline.ts";
import { OkxWalk } from "../harness/walk.ts";

/** What a listener is told before it connects. */
export interface Setting {
  readonly port: number;
  readonly snapshot: string;
}

/** Hears frames and calls `decided` when it has done with each. */
export interface Listening {
  /** Best bid in ticks; null for one that keeps no book. */
  readonly bid: () => number | null;
  readonly engine: Engine | null;
  close(): Promise<void>;
}

export type Decided = (frame: Uint8Array) => void;
type Open = (setting: Setting, decided: Decided) => Promise<Listening>;

const FACTOR = 1.003;

/** The whole production road over a real socket; the other venue stands still. */
const ours: Open = async ({ port, snapshot }, decided) => {
  const clock = new SystemClock();
  const other = new OkxWalk("BTC-USDT-SWAP", 1);
  const scripted = new ScriptedWire((target) => (target.includes("/depth") ? snapshot : "[]"));
  const sockets = new WsSocketFactory(clock);
  const host = `127.0.0.1:${port}`;
  const listings = [listingsOf("BTC")];
  const { engine, frames, close } = followMarkets({
    clock,
    http: scripted,
    sockets: {
      open: (url, listener) =>
        url.startsWith(`ws://${host}/public`)
          ? sockets.open(url, {
              opened: () => listener.opened(),
              closed: (code, says) => listener.closed(code, says),
              message: (bytes) => {
                listener.message(bytes);
                decided(bytes);
              },
            })
          : scripted.open(url, listener),
    },
    hosts: [host, OKX_HOST],
    listings,
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  scripted.publicOf(OKX_HOST).message(Buffer.from(other.snapshot()));
  const book = engine.rooms.books.of(BINANCE_UM, listings[0]?.[0].id ?? ("" as never));
  while (book?.depth.live !== true) await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    bid: () => book.bestTick("bid"),
    engine,
    close: () => {
      // What falls back to the plain reading is another road than the one that is measured.
      if (frames[0].surprises > 0) throw new Error(`${frames[0].surprises} frames were no frames`);
      return close();
    },
  };
};

async function bare(port: number, message: (data: Buffer) => void): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/public`, { perMessageDeflate: false, skipUTF8Validation: true });
  socket.on("message", message);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return socket;
}

/** Reads the stamp and nothing else: what the machine itself does to a frame. */
const noop: Open = async ({ port }, decided) => {
  const socket = await bare(port, decided);
  return { bid: () => null, engine: null, close: () => Promise.resolve(socket.terminate()) };
};

/** `ws`, `JSON.parse`, sorted doubles, one comparison in each direction. */
const plain: Open = async ({ port, snapshot }, decided) => {
  const common = { name: "", venue: "binance", symbol: "BTCUSDT", lot: "0.001", lead: [], frames: [] } as const;
  const doubles = new SortedDoubles({ ...common, snapshot });
  const other = { bid: 60_000, ask: 60_000.1 };
  let pays = 0;
  const socket = await bare(port, (data) => {
    doubles.take(JSON.parse(data.toString()) as never);
    if (other.bid >= doubles.ask * FACTOR || doubles.bid >= other.ask * FACTOR) pays += 1;
    decided(data);
  });
  const close = (): Promise<void> => {
    socket.terminate();
    return pays > 0 ? Promise.reject(new Error("a quiet market paid")) : Promise.resolve();
  };
  return { bid: () => Math.round(doubles.bid * 10), engine: null, close };
};

export const listeners: Readonly<Record<string, Open>> = { noop, ours, "ws+JSON": plain };
