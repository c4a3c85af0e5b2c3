import { bytesOf } from "./bytes.ts";

interface Row<Value> {
  readonly name: Uint8Array;
  readonly value: Value;
}

/** Values by a name that is read from bytes: found without making a string of it. */
export class NameTable<Value> {
  readonly #rows = new Map<number, Row<Value>[]>();
  /** Asked for last, and often asked for next. */
  #last: Row<Value> | null = null;

  constructor(entries: Iterable<readonly [name: string, value: Value]>) {
    for (const [text, value] of entries) {
      const name = bytesOf(text);
      const hash = hashOf(name, 0, name.length);
      const rows = this.#rows.get(hash);
      if (rows) rows.push({ name, value });
      else this.#rows.set(hash, [{ name, value }]);
    }
  }

  /** The value of the name that stands in `bytes` from `from` up to `to`; null when there is none. */
  find(bytes: Uint8Array, from: number, to: number): Value | null {
    const last = this.#last;
    if (last !== null && isAt(last.name, bytes, from, to)) return last.value;
    const row = this.#rows.get(hashOf(bytes, from, to))?.find(({ name }) => isAt(name, bytes, from, to));
    if (row === undefined) return null;
    this.#last = row;
    return row.value;
  }
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return hash;
}

function isAt(name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let at = 0; at < name.length; at += 1) if (name[at] !== bytes[from + at]) return false;
  return true;
}
