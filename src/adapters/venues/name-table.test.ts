import { expect, test } from "vitest";
import { bytesOf } from "./bytes.ts";
import { NameTable } from "./name-table.ts";

const frame = (name: string): readonly [Uint8Array, number, number] => {
  const bytes = bytesOf(`{"s":"${name}","x":1}`);
  return [bytes, 6, 6 + bytesOf(name).length];
};

test("each of hundreds of names is found by its bytes, and nothing else is", () => {
  const names = Array.from({ length: 800 }, (_, index) => `C${index}-USDT-SWAP`);
  const table = new NameTable(names.map((name, index) => [name, index] as const));
  for (const [index, name] of names.entries()) {
    expect(table.find(...frame(name))).toBe(index);
    // Asked again, and asked for what only begins or ends like it.
    expect(table.find(...frame(name))).toBe(index);
    expect(table.find(...frame(`${name}X`))).toBeNull();
    expect(table.find(...frame(name.slice(1)))).toBeNull();
  }
  expect(table.find(...frame(""))).toBeNull();
});

test("a table without names finds none, and a name of any alphabet is one", () => {
  expect(new NameTable([]).find(...frame("BTCUSDT"))).toBeNull();
  expect(new NameTable([["币安人生USDT", 7]]).find(...frame("币安人生USDT"))).toBe(7);
});
