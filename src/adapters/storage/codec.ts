/** Exact numbers as JSON: a whole number of 10⁻¹² is written `{"#":"123"}`, and read back as a bigint. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? { "#": part.toString() } : part));
}

const MARK = "#";

/** Throws on text that `encode` did not write: a torn row must stop us, not be read as something else. */
export function decode(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // A reviver would be called for every value there is; most texts hold no exact number at all, or a few.
  return text.includes(`{"${MARK}"`) ? revived(value) : value;
}

function revived(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const parts = value as Record<string, unknown>;
  if (Object.hasOwn(parts, MARK)) return exact(parts[MARK]);
  for (const key of Object.keys(parts)) parts[key] = revived(parts[key]);
  return parts;
}

function exact(digits: unknown): bigint {
  if (typeof digits !== "string" || !/^-?\d+$/.test(digits)) throw new SyntaxError("not an exact number");
  return BigInt(digits);
}
