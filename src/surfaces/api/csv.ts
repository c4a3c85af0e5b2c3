/** A column of a table; what its cells are decides what a spreadsheet may make of them. */
export interface Column<Row> {
  readonly name: string;
  /** Numbers are left as they are: a minus before a number is a minus. */
  readonly kind: "text" | "number";
  readonly of: (row: Row) => string | number | null;
}

/** What makes a spreadsheet take a text for a formula, in plain and in full width. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;
/** Neither printed nor a break of the line; the two last break lines in places where nobody expects them. */
// oxlint-disable-next-line eslint/no-control-regex -- these are what must not come through
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/g;
const NEEDS_QUOTES = /[",\r\n\t]|^ | $/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** The names of the columns, as a line. */
export function csvHead<Row>(columns: readonly Column<Row>[]): string {
  return `${columns.map(({ name }) => textCell(name)).join(",")}\r\n`;
}

/** One row as a line (RFC 4180), safe to open in a spreadsheet: no text in it is a formula. */
export function csvLine<Row>(columns: readonly Column<Row>[], row: Row): string {
  return `${columns.map(({ kind, of }) => cell(kind, of(row))).join(",")}\r\n`;
}

function cell(kind: "text" | "number", value: string | number | null): string {
  if (value === null) return "";
  const text = String(value);
  return kind === "number" && NUMBER.test(text) ? text : textCell(text);
}

function textCell(text: string): string {
  const shown = text.replace(CONTROL, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
