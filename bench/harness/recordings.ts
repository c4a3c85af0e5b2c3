import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";

const FOLDER = resolve(import.meta.dirname, "../..", process.env["RECORDINGS_DIR"] ?? "../shared/recordings");

export const USDM_FILE = resolve(FOLDER, "usdm-btcusdt_20240808.jsonl.gz");
export const COINM_FILE = resolve(FOLDER, "cm-btcusd_perp_20240808.jsonl.gz");

export interface Recording {
  readonly symbol: string;
  /** Whole frames as they came over the wire, without the snapshot. */
  readonly frames: readonly Buffer[];
  readonly snapshot: string;
  /** How many frames came before the snapshot. */
  readonly before: number;
}

/** Reads and splits a recording. Leaves with a sentence when it is not there: a bench of nothing measures nothing. */
export function recording(path: string): Recording {
  if (!existsSync(path)) {
    process.stderr.write(`no recording at ${path}; set RECORDINGS_DIR\n`);
    process.exit(78);
  }
  const frames: Buffer[] = [];
  let snapshot = "";
  let before = 0;
  for (const row of gunzipSync(readFileSync(path)).toString().split("\n")) {
    const json = row.slice(row.indexOf(" ") + 1);
    if (json.startsWith('{"lastUpdateId"')) {
      snapshot = json;
      before = frames.length;
    } else if (json !== "") frames.push(Buffer.from(json));
  }
  const symbol = /"s":"([^"]+)"/.exec(frames[0]?.toString() ?? "")?.[1] ?? "";
  return { symbol, frames, snapshot, before };
}
