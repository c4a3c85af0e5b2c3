import { COINM_FILE, type Recording, USDM_FILE, recording } from "../harness/recordings.ts";
import { bestFrames, bookFrames } from "../frames.ts";
import { type Input, isDepth, isQuote } from "./market.ts";

const OKX_UPDATES = 30_000;
const OKX_QUOTES = 150_000;

/** Trades are in the recordings too, but no stream of theirs is ever subscribed. */
const isHot = (frame: Buffer): boolean => isDepth(frame) || isQuote(frame);

/** Depth frames up to the one that bridges to the snapshot lead; the others are the work. */
function binanceInput(name: string, lot: string, of: Recording, which: (frame: Buffer) => boolean): Input {
  const snapshotId = (JSON.parse(of.snapshot) as { lastUpdateId: number }).lastUpdateId;
  const finalId = (frame: Buffer): number => Number(/"u":(\d+)/.exec(frame.toString())?.[1]);
  const bridge = of.frames.findIndex((frame) => isDepth(frame) && finalId(frame) >= snapshotId);
  const withBook = which(of.frames[bridge] as Buffer);
  return {
    name,
    venue: "binance",
    symbol: of.symbol,
    lot,
    snapshot: withBook ? of.snapshot : null,
    lead: withBook ? of.frames.slice(0, bridge + 1).filter(isDepth) : [],
    frames: of.frames.slice(withBook ? bridge + 1 : 0).filter(which),
  };
}

const OKX = { venue: "okx", symbol: "BTC-USDT-SWAP", lot: "0.0001", lead: [] } as const;

const makers: Readonly<Record<string, () => Input>> = {
  "usdm depth": () => binanceInput("usdm depth", "0.001", recording(USDM_FILE), isDepth),
  "cm depth": () => binanceInput("cm depth", "1", recording(COINM_FILE), isDepth),
  "usdm bookTicker": () => binanceInput("usdm bookTicker", "0.001", recording(USDM_FILE), isQuote),
  "cm bookTicker": () => binanceInput("cm bookTicker", "1", recording(COINM_FILE), isQuote),
  "usdm mixed": () => binanceInput("usdm mixed", "0.001", recording(USDM_FILE), isHot),
  "cm mixed": () => binanceInput("cm mixed", "1", recording(COINM_FILE), isHot),
  "okx books": () => {
    const { snapshot, updates } = bookFrames(OKX_UPDATES, 11);
    return { ...OKX, name: "okx books", snapshot: snapshot.toString(), frames: updates };
  },
  "okx bbo": () => ({ ...OKX, name: "okx bbo", snapshot: null, frames: bestFrames(OKX_QUOTES, 13) }),
};

export function inputOf(name: string): Input {
  const make = makers[name];
  if (make === undefined) throw new Error(`no input ${name}`);
  return make();
}
