import type { Operation, Schema } from "./operations.ts";

/** Says whether a value fits a schema. */
export type Fits = (schema: Schema, value: unknown) => boolean;

/** What is known of a field beyond its shape, by its name: so that a sample is not only well formed but means something. */
const MEANT: Readonly<Record<string, unknown>> = {
  symbol: "BTCUSDT",
  pair: "BTCUSDT",
  venue: "okx-perp",
  min_spread: 1,
  notional: 300,
  notion_usdt: 300,
  notional_usdt: 300,
  leverage: 1,
  order_notional_usdt: 500,
  min_spread_bps: 1,
  max_slippage_bps: 3,
  poll_interval_sec: 5,
  loop_pair: "BTCUSDT",
  loop_venues: "binance-um,okx-perp",
  max_notional_per_position_usdt: 20_000,
  max_total_notional_usdt: 60_000,
  max_open_positions: 8,
  max_leverage: 4,
  max_open_orders: 20,
};

const branches = ({ anyOf, oneOf }: Schema): readonly Schema[] => (anyOf ?? oneOf ?? []) as readonly Schema[];

/** The fields of an object, also where it is one of several shapes; the first shape that has any. */
export function fieldsOf(schema: Schema): Readonly<Record<string, Schema>> {
  if (schema["properties"] !== undefined) return schema["properties"] as Readonly<Record<string, Schema>>;
  return (
    branches(schema)
      .map(fieldsOf)
      .find((fields) => Object.keys(fields).length > 0) ?? {}
  );
}

const requiredOf = (schema: Schema): readonly string[] =>
  (schema["required"] ??
    branches(schema).find(({ required }) => required !== undefined)?.["required"] ??
    []) as string[];

/** A value that fits a schema: the least that does, or with every field there is. */
export function sample(schema: Schema, name = "", whole = false): unknown {
  if (name in MEANT && fitsType(schema, MEANT[name])) return MEANT[name];
  if (schema["const"] !== undefined) return schema["const"];
  if (Array.isArray(schema["enum"])) return schema["enum"][0];
  const first = branches(schema)[0];
  if (first !== undefined) return sample(first, name, whole);
  const type = [schema["type"]].flat()[0];
  switch (type) {
    case "object":
      return Object.fromEntries(
        Object.entries(fieldsOf(schema))
          .filter(([field]) => whole || requiredOf(schema).includes(field))
          .map(([field, of]) => [field, sample(of, field, whole)]),
      );
    case "array":
      return Array.from({ length: Number(schema["minItems"] ?? 0) }, () => sample(schema["items"] as Schema));
    case "string":
      return textOf(schema);
    case "number":
    case "integer":
      return numberOf(schema);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      throw new Error(`no sample of ${JSON.stringify(schema)}`);
  }
}

const fitsType = ({ type, anyOf }: Schema, value: unknown): boolean =>
  [type].flat().includes(typeof value) || ((anyOf ?? []) as Schema[]).some((each) => fitsType(each, value));

/** Patterns of the document, each with a text it means. A pattern that is not here has to be put here. */
const TEXTS = ["nobody0001", "OKX_API_KEY", "0".repeat(64), "2026-08-12T14:07:21Z", "binance-um", "a: 1"];

function textOf({ pattern, format, minLength = 0, maxLength = 4_096 }: Schema): string {
  const meant = format === "date-time" ? "2026-08-12T14:07:21Z" : undefined;
  const shaped = TEXTS.find((text) => pattern !== undefined && new RegExp(String(pattern)).test(text));
  if (pattern !== undefined && meant === undefined && shaped === undefined)
    throw new Error(`no text for ${String(pattern)}`);
  const text = meant ?? shaped ?? "sample-0001";
  return text.slice(0, Number(maxLength)).padEnd(Number(minLength), "x");
}

function numberOf({ minimum, exclusiveMinimum, maximum }: Schema): number {
  const least = Math.max(
    Number(minimum ?? 1),
    exclusiveMinimum === undefined ? -Infinity : Number(exclusiveMinimum) + 1,
  );
  return Math.min(Math.max(1, least), Number(maximum ?? Infinity));
}

const WRONG: readonly unknown[] = [{ x: 1 }, [[]], "no such thing", true, 7.5, -1e300];

/** Values that a schema does not mean; none when it means everything. */
export const wrongFor = (schema: Schema, fits: Fits): readonly unknown[] =>
  WRONG.filter((value) => !fits(schema, value));

/** A text for a parameter of the address that its schema does not mean; null when it means every text. */
export function wrongText({ type, enum: words, maxLength, pattern, minLength }: Schema): string | null {
  if (words !== undefined || type === "integer" || type === "number" || pattern !== undefined) return "no such thing";
  if (maxLength !== undefined) return "x".repeat(Number(maxLength) + 1);
  return minLength === undefined ? null : "";
}

/** The address of an operation, its parts filled in. */
export function addressOf({ path, parameters }: Operation, known: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const schema = parameters.find((parameter) => parameter.name === name && parameter.in === "path")?.schema;
    if (schema === undefined) throw new Error(`${path} has no parameter ${name}`);
    return known[name] ?? textOf(schema);
  });
}
