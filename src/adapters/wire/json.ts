/** Sixteen digits or more where a number may begin: every whole number beyond 2⁵³ has as many. */
const LONG_NUMBER = /(?:^|[:[,])\s*-?\d{16,}/;

/**
 * JSON as a value, or undefined when it is not JSON. Whole numbers beyond 2⁵³ stay exact: they arrive as their digits.
 * An order id rounded to the next double would be somebody else's order.
 */
export function parseExact(text: string): unknown {
  try {
    // A reviver is called for every value there is: only a text that may hold such a number is worth it.
    return LONG_NUMBER.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** What bytes of a wire say. What is no UTF-8 is replaced, so that it can match nothing. */
export function decodeText(bytes: Uint8Array): string {
  return UTF8.decode(bytes);
}

/** JSON as a value, or undefined. For hot frames that carry no such numbers. */
export function parseQuick(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return /^-?\d+$/.test(source) ? source : value;
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text or a number as text; "" for anything else. An object could not even be printed safely. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? `${value}` : "";
}
