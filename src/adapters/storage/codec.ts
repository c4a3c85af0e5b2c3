/** Exact numbers as JSON: a whole number of 10⁻¹² is written `{"#":"123"}`, and read back as a bigint. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? { "#": part.toString() } : part));
}

/** Throws on text that `encode` did not write: a torn row must stop us, not be read as something else. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || !("#" in part)) return part;
    const digits = part["#"];
    if (typeof digits !== "string" || !/^-?\d+$/.test(digits)) throw new SyntaxError("not an exact number");
    return BigInt(digits);
  });
}
