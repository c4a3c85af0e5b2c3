import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { EndState, Input } from "../decode/market.ts";

/** A recording as bytes and the places of its lines, with what a book needs to begin. */
export interface Tape {
  readonly bytes: Buffer;
  /** For each frame after the beginning: where it starts and ends, in pairs. */
  readonly places: readonly number[];
  readonly input: Input;
}

const NEW_LINE = 0x0a;
const SPACE = 0x20;

/** Gunzip and split; nothing is parsed but the snapshot and the few frames up to the one that bridges to it. */
export function readTape(path: string, symbol: string, lot: string): Tape {
  const bytes = gunzipSync(readFileSync(path));
  const snapshotAt = bytes.indexOf('{"lastUpdateId"');
  const snapshot = bytes.toString("latin1", snapshotAt, bytes.indexOf(NEW_LINE, snapshotAt));
  const { lastUpdateId } = JSON.parse(snapshot) as { readonly lastUpdateId: number };
  const lead: Buffer[] = [];
  const places: number[] = [];
  let bridged = false;
  for (let at = 0; at < bytes.length;) {
    const newLine = bytes.indexOf(NEW_LINE, at);
    const end = newLine < 0 ? bytes.length : newLine;
    const start = bytes.indexOf(SPACE, at) + 1;
    at = end + 1;
    if (start === snapshotAt) continue;
    if (bridged) places.push(start, end);
    else {
      const frame = bytes.subarray(start, end);
      if (!frame.includes('"depthUpdate"')) continue;
      lead.push(frame);
      bridged = Number(/"u":(\d+)/.exec(frame.toString("latin1"))?.[1]) >= lastUpdateId;
    }
  }
  return { bytes, places, input: { name: "", venue: "binance", symbol, lot, snapshot, lead, frames: [] } };
}

/** Where a market stands: the newer of its book and its best quote. */
export function standsAt({ depth, quote }: EndState): string {
  const newer = depth !== null && depth.sequence >= (quote?.sequence ?? 0) ? depth : quote;
  return newer === null ? "-" : `${newer.bid}/${newer.ask}`;
}
