import type { SeededChance } from "#adapters/host/chance.ts";
import type { Operation, Schema } from "../document/operations.ts";
import { fieldsOf, sample } from "../document/samples.ts";
import type { Ground } from "./requests.ts";
import { nastyText, nastyValue, pickOf } from "./words.ts";

type Fields = Record<string, unknown>;

/** Fields whose value is a secret: what is sent in them may stand in no answer. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(["token", "value"]);

/** A body that fits, or nearly, or not at all; as text, for not every body is JSON. */
export function bodyFrom(
  chance: SeededChance,
  { body }: Operation,
  { names: known, hash }: Ground,
  secret: string,
): string | Buffer | undefined {
  if (body === null) return chance.happens(0.1) ? "{}" : undefined;
  if (chance.happens(0.06)) return undefined;
  const fitting = drawn(chance, body);
  const fields: Fields = typeof fitting === "object" && fitting !== null ? { ...fitting } : {};
  const names = Object.keys(fieldsOf(body));
  if ("opportunity_id" in fields && known.length > 0) fields["opportunity_id"] = pickOf(chance, known);
  if ("params_hash" in fields && hash !== null) fields["params_hash"] = hash;
  for (let left = chance.happens(0.4) ? 0 : 1 + chance.integer(3); left > 0; left -= 1) spoil(chance, fields, names);
  for (const name of Object.keys(fields)) if (SECRET_FIELDS.has(name) && chance.happens(0.8)) fields[name] = secret;
  const text = JSON.stringify(fields);
  return chance.happens(0.2) ? torn(chance, text) : text;
}

/** A value that fits: some of the fields, any of the words, any of the shapes. */
function drawn(chance: SeededChance, schema: Schema, name = ""): unknown {
  const { anyOf, enum: words, type, properties } = schema;
  if (Array.isArray(words)) return pickOf(chance, words);
  if (Array.isArray(anyOf)) return drawn(chance, pickOf(chance, anyOf as Schema[]), name);
  if (type === "boolean") return chance.happens(0.5);
  if (type !== "object" || properties === undefined) return sample(schema, name);
  const required = (schema["required"] ?? []) as readonly string[];
  const share = chance.fraction();
  return Object.fromEntries(
    Object.entries(fieldsOf(schema))
      .filter(([field]) => required.includes(field) || chance.happens(share))
      .map(([field, of]) => [field, drawn(chance, of, field)]),
  );
}

function spoil(chance: SeededChance, fields: Fields, names: readonly string[]): void {
  const name = names.length === 0 ? "reason" : pickOf(chance, names);
  const draw = chance.fraction();
  if (draw < 0.6) fields[name] = nastyValue(chance);
  else if (draw < 0.75) Reflect.deleteProperty(fields, name);
  else if (draw < 0.85) fields[nastyText(chance)] = nastyValue(chance);
  else if (draw < 0.92) fields[name] = { [name]: fields[name] };
  else fields[name] = [fields[name], fields[name]];
}

const DEEP = 30;

/** What is no longer what it was: cut off, doubled, too deep, in other letters. */
function torn(chance: SeededChance, text: string): string | Buffer {
  const inner = text.slice(1, -1);
  const comma = inner === "" ? "" : ",";
  const ways: readonly (() => string | Buffer)[] = [
    () => text.slice(0, chance.integer(text.length)),
    () => `${text}${text}`,
    () => `\ufeff${text}`,
    () => `{${inner}${comma}${inner}}`,
    () => `{"__proto__":{"mode":"RUN","safe_mode":false}${comma}${inner}}`,
    () => `{"constructor":{"prototype":{"role":"operator"}}${comma}${inner}}`,
    () => `${"[".repeat(DEEP)}${text}${"]".repeat(DEEP)}`,
    () => `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`,
    () => `{"leverage":1${"0".repeat(400)}${comma}${inner}}`,
    () => `{"min_spread":-1e999${comma}${inner}}`,
    () => `[${text}]`,
    () => JSON.stringify(text),
    () => `{${Array.from({ length: 300 }, (_each, at) => `"k${at}":1`).join(",")}}`,
    () => `{"reason":"${"\\u0061".repeat(3_000)}"}`,
    () => text.replaceAll('"', "'"),
    () => `${text}// ${text}`,
    () => Buffer.from(text, "utf16le"),
    () => Buffer.concat([Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from(text)]),
    () => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from("}")]),
    () => `{"reason":"${"x".repeat(66_000)}"}`,
  ];
  return pickOf(chance, ways)();
}
