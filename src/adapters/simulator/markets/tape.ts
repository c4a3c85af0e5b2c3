import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Price, type Quantity, tryPrice, tryQuantity } from "#domain/decimal.ts";
import type { Instant } from "#domain/time.ts";

/** What is wrong with a recording, and what to do about it. */
export class TapeFault extends Error {
  override readonly name = "TapeFault";
}

export type TapeLevel = readonly [price: Price, quantity: Quantity];

interface TapeLine {
  /** Local receive time. */
  readonly at: Instant;
}

export type TapeFrame = TapeLine &
  (
    | {
        readonly kind: "best";
        readonly symbol: string;
        readonly bid: TapeLevel;
        readonly ask: TapeLevel;
        readonly sequence: number;
        readonly payload: string;
      }
    | {
        readonly kind: "depth";
        readonly symbol: string;
        readonly first: number;
        readonly last: number;
        readonly previous: number;
        readonly bids: readonly TapeLevel[];
        readonly asks: readonly TapeLevel[];
        readonly payload: string;
      }
    | {
        readonly kind: "trade";
        readonly symbol: string;
        readonly price: Price;
        readonly quantity: Quantity;
        readonly buyerIsMaker: boolean;
        readonly id: number;
        readonly payload: string;
      }
    | {
        readonly kind: "snapshot";
        readonly sequence: number;
        readonly bids: readonly TapeLevel[];
        readonly asks: readonly TapeLevel[];
      }
    /** A line that is not what the format promises. Counted, never played. */
    | { readonly kind: "malformed"; readonly says: string }
  );

/** The lines of a recording, one frame each: `<receive time ns> <raw websocket JSON>`, gzip or plain. */
export async function* readTape(path: string): AsyncGenerator<TapeFrame> {
  let at = 0;
  for await (const line of readLines(path)) {
    const frame = decodeLine(line, at as Instant);
    at = frame.at;
    yield frame;
  }
}

/** One line as a frame. A receive time that runs backwards is held at the latest one: time never does. */
export function decodeLine(line: string, notBefore: Instant): TapeFrame {
  const space = line.indexOf(" ");
  const stamp = space > 0 ? line.slice(0, space) : "";
  if (!/^\d{16,20}$/.test(stamp)) return { at: notBefore, kind: "malformed", says: "no receive time" };
  const at = Math.max(Number(BigInt(stamp) / 1_000n) / 1_000, notBefore) as Instant;
  const text = line.slice(space + 1);
  const message = parseJson(text);
  if (message === null) return { at, kind: "malformed", says: "not JSON" };
  const frame = "lastUpdateId" in message ? decodeSnapshot(message, at) : decodeStream(message, text, at);
  return frame ?? { at, kind: "malformed", says: "not a frame of this format" };
}

type Fields = Readonly<Record<string, unknown>>;

function parseJson(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function decodeSnapshot(message: Fields, at: Instant): TapeFrame | null {
  const sequence = whole(message["lastUpdateId"]);
  const bids = levels(message["bids"]);
  const asks = levels(message["asks"]);
  return sequence === null || !bids || !asks ? null : { at, kind: "snapshot", sequence, bids, asks };
}

function decodeStream(message: Fields, text: string, at: Instant): TapeFrame | null {
  const data = message["data"];
  if (!isFields(data)) return null;
  const symbol = data["s"];
  if (typeof symbol !== "string") return null;
  const common = { at, symbol, payload: text.slice(text.indexOf('"data":') + '"data":'.length, text.lastIndexOf("}")) };
  if (data["e"] === "bookTicker") {
    const bid = level(data["b"], data["B"]);
    const ask = level(data["a"], data["A"]);
    const sequence = whole(data["u"]);
    const sane = bid && ask && sequence !== null && bid[0] < ask[0] && bid[1] > 0n && ask[1] > 0n;
    return sane ? { ...common, kind: "best", bid, ask, sequence } : null;
  }
  if (data["e"] === "depthUpdate") {
    const [first, last, previous] = [whole(data["U"]), whole(data["u"]), whole(data["pu"])];
    const bids = levels(data["b"]);
    const asks = levels(data["a"]);
    if (first === null || last === null || previous === null || !bids || !asks) return null;
    return { ...common, kind: "depth", first, last, previous, bids, asks };
  }
  if (data["e"] === "trade" || data["e"] === "aggTrade") {
    const traded = level(data["p"], data["q"]);
    const id = whole(data["t"] ?? data["a"]);
    if (!traded || id === null || typeof data["m"] !== "boolean") return null;
    return { ...common, kind: "trade", price: traded[0], quantity: traded[1], buyerIsMaker: data["m"], id };
  }
  return null;
}

function whole(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function level(priceText: unknown, quantityText: unknown): TapeLevel | null {
  if (typeof priceText !== "string" || typeof quantityText !== "string") return null;
  const price = tryPrice(priceText);
  const quantity = tryQuantity(quantityText);
  return price === null || quantity === null || price <= 0n || quantity < 0n ? null : [price, quantity];
}

function levels(value: unknown): readonly TapeLevel[] | null {
  if (!Array.isArray(value)) return null;
  const all: TapeLevel[] = [];
  for (const entry of value as readonly unknown[]) {
    if (!Array.isArray(entry)) return null;
    const one = level(entry[0], entry[1]);
    if (!one) return null;
    all.push(one);
  }
  return all;
}

async function* readLines(path: string): AsyncGenerator<string> {
  const source = open(path);
  let rest = "";
  try {
    for await (const chunk of source) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    throw new TapeFault(explain(path, error));
  }
  // A writer ends every line; what has no end was cut off while it was written.
  if (rest !== "")
    throw new TapeFault(
      `recording ${path} is half-written: its last line has no end; record it again or cut the last line off`,
    );
}

function open(path: string): Readable {
  const file = createReadStream(path);
  if (!path.endsWith(".gz")) return file.setEncoding("utf8");
  const unzipped = createGunzip();
  file.on("error", (error) => unzipped.destroy(error));
  return file.pipe(unzipped).setEncoding("utf8");
}

function explain(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const says = error instanceof Error ? error.message : String(error);
  if (code === "ENOENT") return `recording ${path} does not exist; check the path after MARKET=recording:`;
  if (code === "EACCES") return `recording ${path} cannot be read; check its permissions`;
  if (code === "EISDIR") return `recording ${path} is a folder; name the file in it`;
  if (code === "Z_BUF_ERROR")
    return `recording ${path} is half-written: the gzip stream ends too early; copy or record it again`;
  if (code.startsWith("Z_")) return `recording ${path} is corrupt: ${says}; copy or record it again`;
  return `recording ${path} cannot be read: ${says}`;
}
