import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Input } from "../decode/market.ts";
import { COINM_FILE, USDM_FILE } from "../harness/recordings.ts";

/**
 * Both recordings as two venues hear them: USDⓈ-M as it came, COIN-M told in the words of OKX, with its own prices, sizes
 * and update ids. In the order in which they were received.
 */
export interface Recorded {
  readonly inputs: readonly [Input, Input];
  readonly frames: readonly Buffer[];
  /** Whose frame it is: 0 for Binance, 1 for OKX. */
  readonly legs: Uint8Array;
}

interface Line {
  readonly at: bigint;
  readonly leg: 0 | 1;
  readonly frame: Buffer;
}

interface Data {
  readonly e?: string;
  readonly u: number;
  readonly pu: number;
  readonly b: string | readonly (readonly [string, string])[];
  readonly a: string | readonly (readonly [string, string])[];
  readonly B: string;
  readonly A: string;
}

interface Snapshot {
  readonly lastUpdateId: number;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

const SWAP = "BTC-USDT-SWAP";
const level = ([at, of]: readonly [string, string]): string => `["${at}","${of}","0","1"]`;
const rows = (levels: Data["b"]): string => (typeof levels === "string" ? "" : levels.map(level).join(","));

function bestOf({ b, B, a, A, u }: Data): string {
  return `{"arg":{"channel":"bbo-tbt","instId":"${SWAP}"},"data":[{"asks":[["${a}","${A}","0","1"]],"bids":[["${b}","${B}","0","1"]],"ts":"1723161255000","seqId":${u}}]}`;
}

function bookOf(action: string, bids: Data["b"], asks: Data["b"], previous: number, id: number): string {
  return `{"arg":{"channel":"books","instId":"${SWAP}"},"action":"${action}","data":[{"asks":[${rows(asks)}],"bids":[${rows(bids)}],"ts":"1723161255000","checksum":0,"prevSeqId":${previous},"seqId":${id}}]}`;
}

function linesOf(
  path: string,
  leg: 0 | 1,
): { readonly lines: Line[]; readonly lead: Buffer[]; readonly snapshot: string } {
  const texts = gunzipSync(readFileSync(path)).toString().split("\n");
  const found = texts.find((text) => text.includes(' {"lastUpdateId"')) ?? "";
  const rest = found.slice(found.indexOf(" ") + 1);
  const snapshot = JSON.parse(rest) as Snapshot;
  const lines: Line[] = [];
  const lead: Buffer[] = [];
  let bridged = false;
  for (const text of texts) {
    const json = text.slice(text.indexOf(" ") + 1);
    if (!/"e":"(depthUpdate|bookTicker)"/.test(json)) continue;
    const data = (JSON.parse(json) as { readonly data: Data }).data;
    const isDepth = data.e === "depthUpdate";
    if (!bridged && (!isDepth || data.u < snapshot.lastUpdateId)) continue;
    const previous = bridged ? data.pu : snapshot.lastUpdateId;
    const told = leg === 0 ? json : isDepth ? bookOf("update", data.b, data.a, previous, data.u) : bestOf(data);
    const frame = Buffer.from(told);
    if (bridged) lines.push({ at: BigInt(text.slice(0, text.indexOf(" "))), leg, frame });
    else lead.push(frame);
    bridged = true;
  }
  const { bids, asks, lastUpdateId } = snapshot;
  return { lines, lead, snapshot: leg === 0 ? rest : bookOf("snapshot", bids, asks, -1, lastUpdateId) };
}

export function recordedMarkets(): Recorded {
  const [one, two] = [linesOf(USDM_FILE, 0), linesOf(COINM_FILE, 1)];
  const all = [...one.lines, ...two.lines].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const common = { name: "", frames: [] } as const;
  return {
    inputs: [
      { ...common, venue: "binance", symbol: "BTCUSDT", lot: "0.001", snapshot: one.snapshot, lead: one.lead },
      { ...common, venue: "okx", symbol: SWAP, lot: "0.0001", snapshot: two.snapshot, lead: two.lead },
    ],
    frames: all.map(({ frame }) => frame),
    legs: Uint8Array.from(all, ({ leg }) => leg),
  };
}
