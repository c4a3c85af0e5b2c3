import { type Column, csvHead, csvLine } from "./csv.ts";

export type TableFormat = "csv" | "json" | "ndjson";

export const CONTENT_TYPES: Readonly<Record<TableFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  json: "application/json; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
};

/** What was asked for; what is accepted, when nothing was; a table for people else. */
export function formatOf(asked: TableFormat | undefined, accept: string | undefined): TableFormat {
  if (asked !== undefined) return asked;
  if (/\bapplication\/(x-)?ndjson\b/.test(accept ?? "")) return "ndjson";
  return /\bapplication\/json\b/.test(accept ?? "") ? "json" : "csv";
}

export interface Table<Row> {
  readonly columns: readonly Column<Row>[];
  /** A row as JSON says it. */
  readonly shown: (row: Row) => unknown;
  /** Pages of it, each made when the one before was taken. */
  readonly pages: AsyncIterable<readonly Row[]>;
}

/** The text of a table, a piece for each page. */
export async function* tableText<Row>(
  format: TableFormat,
  { columns, shown, pages }: Table<Row>,
): AsyncGenerator<string> {
  if (format === "csv") yield csvHead(columns);
  if (format === "json") yield "[";
  let before = "\n";
  for await (const page of pages) {
    if (page.length === 0) continue;
    if (format === "csv") yield page.map((row) => csvLine(columns, row)).join("");
    else if (format === "ndjson") yield page.map((row) => `${json(shown(row))}\n`).join("");
    else yield before + page.map((row) => json(shown(row))).join(",\n");
    before = ",\n";
  }
  if (format === "json") yield "\n]\n";
}

/** JSON whose lines end where JSON says they do, for whoever reads it. */
const json = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll("\u2028", String.raw`\u2028`)
    .replaceAll("\u2029", String.raw`\u2029`);
