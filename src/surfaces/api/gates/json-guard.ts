import { assert } from "#domain/assert.ts";

/** What is wrong with a body before its schema is asked. */
export class BodyFault extends Error {
  override readonly name = "BodyFault";
  readonly statusCode: 400 | 422;
  readonly code: "malformed_json" | "invalid_request";

  /** @param says repeats nothing of the body: what stands in it may be a key of somebody's */
  constructor(code: BodyFault["code"], says: string) {
    super(says);
    this.code = code;
    this.statusCode = code === "malformed_json" ? 400 : 422;
  }
}

const MOST_DEPTH = 20;
const MOST_KEYS = 200;
const MOST_LETTERS = 4_096;
const MOST_DIGITS = 40;
/** Names that mean something else to an object than a field. */
const FORBIDDEN: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d[\d.eE+-]*/y;

/** JSON, read as it stands and no larger than anything we are asked. Throws `BodyFault`. */
export function parseGuarded(text: string): unknown {
  const value = parsed(text);
  guard(text);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own words quote what it stumbled over.
    throw new BodyFault("malformed_json", "the body is not JSON");
  }
}

/** One pass over a text that is JSON. It finds what the value no longer shows, a key that stood twice, and what is too much. */
function guard(text: string): void {
  /** Open containers from the outside in: the keys of an object so far, null for an array. */
  const open: (Set<string> | null)[] = [];
  let keys = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (letter === "{" || letter === "[") {
      open.push(letter === "{" ? new Set() : null);
      if (open.length > MOST_DEPTH) throw tooMuch(`is nested deeper than ${MOST_DEPTH}`);
    } else if (letter === "}" || letter === "]") open.pop();
    else if (letter === '"') {
      const raw = tokenAt(STRING, text, at);
      at += raw.length - 1;
      const own = open.at(-1);
      if (!own || !isKey(text, at + 1)) checkText(raw);
      else {
        keys += 1;
        if (keys > MOST_KEYS) throw tooMuch(`has more than ${MOST_KEYS} keys`);
        learn(own, raw);
      }
    } else if (letter === "-" || (letter >= "0" && letter <= "9")) {
      const raw = tokenAt(NUMBER, text, at);
      at += raw.length - 1;
      if (raw.length > MOST_DIGITS || !Number.isFinite(Number(raw))) throw tooMuch("has a number that is no amount");
    }
  }
}

function checkText(raw: string): void {
  if (raw.length - 2 > MOST_LETTERS && lettersOf(raw).length > MOST_LETTERS)
    throw tooMuch(`has a text of more than ${MOST_LETTERS} letters`);
}

function tokenAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  const token = pattern.exec(text)?.[0];
  assert(token !== undefined, "what was read as JSON is made of its tokens");
  return token;
}

function isKey(text: string, from: number): boolean {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return text[at] === ":";
}

/** Two spellings of one key are one key. */
function learn(own: Set<string>, raw: string): void {
  const key = lettersOf(raw);
  if (FORBIDDEN.has(key)) throw new BodyFault("malformed_json", "a key of the body is a name no field has");
  if (own.has(key)) throw new BodyFault("malformed_json", "a key stands twice in one object of the body");
  if (key.length > MOST_LETTERS) throw tooMuch(`has a key of more than ${MOST_LETTERS} letters`);
  own.add(key);
}

const lettersOf = (raw: string): string => (raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1));

const tooMuch = (says: string): BodyFault => new BodyFault("invalid_request", `the body ${says}`);
