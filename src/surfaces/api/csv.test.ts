import { expect, test } from "vitest";
import { type Column, csvHead, csvLine } from "./csv.ts";

type Cell = string | number | null;
const columns: readonly Column<readonly Cell[]>[] = [
  { name: "says", kind: "text", of: ([says]) => says ?? null },
  { name: "amount", kind: "number", of: ([, amount]) => amount ?? null },
];
const textOf = (text: string): string => csvLine(columns, [text, null]).slice(0, -",\r\n".length);

test("a head and a line end as RFC 4180 says", () => {
  expect(csvHead(columns)).toBe("says,amount\r\n");
  expect(csvLine(columns, ["plain", "1.5"])).toBe("plain,1.5\r\n");
  expect(csvLine(columns, [null, null])).toBe(",\r\n");
});

test.each([
  { text: "a,b", cell: '"a,b"' },
  { text: 'say "no"', cell: '"say ""no"""' },
  { text: "two\r\nlines", cell: '"two\r\nlines"' },
  { text: "two\nlines", cell: '"two\nlines"' },
  { text: " edge", cell: '" edge"' },
])("$text is quoted", ({ text, cell }) => expect(textOf(text)).toBe(cell));

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x"])("%s is a text and no formula", (text) =>
  expect(textOf(text)).toBe(`'${text}`),
);

test.each(["\t=1", "\r=1", "\n=1"])("%j at the beginning is no way around that", (text) =>
  expect(textOf(text)).toBe(`"'${text}"`),
);

test("what cannot be seen is made visible", () => {
  expect(textOf("a\u0000b\u001bc\u0085d\u2028e\u007f")).toBe(String.raw`a\u0000b\u001bc\u0085d\u2028e\u007f`);
});

test.each([
  { amount: "-1.5", cell: "-1.5" },
  { amount: -3, cell: "-3" },
  { amount: "-cmd|' /C calc'!A0", cell: "'-cmd|' /C calc'!A0" },
])("$amount in a column of numbers", ({ amount, cell }) => expect(csvLine(columns, ["", amount])).toBe(`,${cell}\r\n`));
