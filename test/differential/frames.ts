import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Every frame of a recording as it came over the wire, without the receive times and without the snapshot. */
export function recordedFrames(path: string): Uint8Array[] {
  const lines = gunzipSync(readFileSync(path)).toString().split("\n");
  return lines.flatMap((line) => {
    const json = line.slice(line.indexOf(" ") + 1);
    return json.startsWith('{"stream"') ? [Buffer.from(json)] : [];
  });
}

/** Draws whole numbers of [0, below) from a seed: fast enough for a million frames. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const TOKENS = [
  '"',
  ",",
  ":",
  "{",
  "}",
  "[",
  "]",
  "-",
  ".",
  "0",
  "1",
  "9",
  "e",
  "E",
  "+",
  " ",
  "\\",
  "\n",
  "\u0000",
  "é",
  "\\u0030",
  '"u":',
  '"pu":',
  '"b":',
  '"a":',
  '"e":"trade"',
  '"s":"BTCUSDT",',
  '"st":2,',
  '"st":1,',
  "null",
  "true",
  "1e3",
  "00",
  '"seqId":',
  '"prevSeqId":',
  '"asks":[]',
  '[["1","1"]]',
  '["61800.1","0.5"],',
  "9007199254740993",
  "-1",
  '"action":"snapshot"',
].map((text) => Buffer.from(text));

/** The same frame with a few bytes struck out, put in, exchanged or repeated: mostly broken, sometimes only strange. */
export function mangled(frame: Uint8Array, roll: (below: number) => number): Uint8Array {
  let bytes = Buffer.from(frame);
  for (let strokes = 1 + roll(3); strokes > 0; strokes -= 1) {
    const at = roll(bytes.length + 1);
    const to = Math.min(bytes.length, at + 1 + roll(8));
    const token = TOKENS[roll(TOKENS.length)] as Buffer;
    const parts = [
      [bytes.subarray(0, at), bytes.subarray(to)],
      [bytes.subarray(0, at), token, bytes.subarray(at)],
      [bytes.subarray(0, at), token, bytes.subarray(to)],
      [bytes.subarray(0, to), bytes.subarray(at)],
      [bytes.subarray(0, at)],
      [bytes.subarray(0, at), Buffer.from([roll(256)]), bytes.subarray(Math.min(bytes.length, at + 1))],
      // A digit for a digit keeps the frame whole and changes what it says.
      [digitAt(bytes, at, roll)],
    ][roll(7)] as Uint8Array[];
    bytes = Buffer.concat(parts);
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

function digitAt(bytes: Buffer, from: number, roll: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = from; at < copy.length; at += 1) {
    const code = copy[at] as number;
    if (code < 48 || code > 57) continue;
    copy[at] = 48 + roll(10);
    break;
  }
  return copy;
}
