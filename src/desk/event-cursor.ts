/*
 * A place among the events, handed out as something that is only handed back: the number of the last event told, and which
 * way it was read. What is recorded meanwhile moves nothing.
 */
const SHAPE = /^e1(a|d)([0-9a-z]{1,11})$/;
const BEFORE_ALL = "";

export interface Place {
  /** Null before the first. */
  readonly after: number | null;
  /** Null where both ways are open. */
  readonly order: "asc" | "desc" | null;
}

export function writeCursor(after: number, order: "asc" | "desc"): string {
  return Buffer.from(`e1${order === "asc" ? "a" : "d"}${after.toString(36)}`).toString("base64url");
}

/** Null for what we did not write. */
export function readCursor(text: string): Place | null {
  if (text === BEFORE_ALL) return { after: null, order: null };
  const [whole, way, id = ""] = SHAPE.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  const after = Number.parseInt(id, 36);
  if (whole === undefined || !Number.isSafeInteger(after)) return null;
  return { after, order: way === "a" ? "asc" : "desc" };
}
