import { bytesOf } from "./byte-reader.ts";

interface Row<Value> {
  readonly name: Uint8Array;
  readonly value: Value;
}

/** Values by a name that is read from bytes: found without making a string of it. */
export class NameTable<Value> {
  readonly #rows = new Map<number, Row<Value>[]>();

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
    const rows = this.#rows.get(hashOf(bytes, from, to));
    if (rows === undefined) return null;
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index] as Row<Value>;
      if (isAt(row.name, bytes, from, to)) return row.value;
    }
    return null;
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
