import type { EndState, Input } from "../decode/market.ts";

/** What a receiver is told of the input: all but the frames, which come over the wire. */
export interface Brief {
  readonly venue: "binance" | "okx";
  readonly symbol: string;
  readonly lot: string;
  readonly snapshot: string | null;
  readonly lead: readonly string[];
  readonly port: number;
  readonly frames: number;
  /** The id of the last frame: when it is heard, everything was. */
  readonly lastId: number;
}

/** One way to take frames off a socket. Opened, it is connected and its book stands where the frames begin. */
export interface Receiver {
  /** Resolves with the last frame: how many were heard. */
  readonly finished: Promise<number>;
  state(): EndState;
  close(): void;
}

export type Open = (brief: Brief) => Promise<Receiver>;

/** The input as the variants of the decode bench know it, without its frames. */
export const inputOfBrief = ({ venue, symbol, lot, snapshot, lead }: Brief): Input => ({
  name: "",
  venue,
  symbol,
  lot,
  snapshot,
  lead: lead.map((frame) => Buffer.from(frame)),
  frames: [],
});

/** Where streams are asked for by their address. */
export function streamPath({ venue, symbol, snapshot }: Brief): string {
  const name = symbol.toLowerCase();
  return venue === "okx"
    ? "/ws/v5/public"
    : `/public/stream?streams=${name}@${snapshot === null ? "bookTicker" : "depth@0ms"}`;
}

/** What OKX is asked for once connected. */
export const okxRequest = ({ symbol, snapshot }: Brief): string =>
  JSON.stringify({
    op: "subscribe",
    args: [{ channel: snapshot === null ? "bbo-tbt" : "books", instId: symbol }],
  });
