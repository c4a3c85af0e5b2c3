import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { AuditRow, AuditValue } from "#ports/audit.ts";

/** A row as it stands in the file, one line of JSON with its keys in order. */
export interface WrittenRow extends AuditRow {
  /** How many rows of the same commit follow: a commit is whole, or it was never acknowledged. */
  readonly rest: number;
  readonly previous: string;
  readonly hash: string;
}

/** What the first row of a log points back to. */
export const GENESIS = "0".repeat(64);

/** The same value, always the same text: keys in order, no spaces. */
export function canonical(value: AuditValue): string {
  if (Array.isArray(value)) return `[${(value as readonly AuditValue[]).map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.entries(value as Readonly<Record<string, AuditValue>>).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(",")}}`;
}

/** The line of a row without its newline; the hash covers every byte before it, the one of the row before included. */
export function lineOf(row: Omit<WrittenRow, "hash">): { readonly line: string; readonly hash: string } {
  const { sequence, at, boot, actor, action, data, rest, previous } = row;
  const head = canonical({ action, actor, at, boot, data, previous, rest, sequence });
  const hash = createHash("sha256").update(head).digest("hex");
  return { line: `${head.slice(0, -1)},"hash":"${hash}"}`, hash };
}

/** The row of a line; null when it is not one, or not byte for byte what its own hash says. */
export function rowOf(line: string): WrittenRow | null {
  const split = /,"hash":"([0-9a-f]{64})"\}$/.exec(line);
  if (!split) return null;
  const hash = split[1] ?? "";
  const head = `${line.slice(0, split.index)}}`;
  if (createHash("sha256").update(head).digest("hex") !== hash) return null;
  try {
    const row: unknown = JSON.parse(head);
    return isRow(row) ? { ...row, hash } : null;
  } catch {
    return null;
  }
}

function isRow(row: unknown): row is Omit<WrittenRow, "hash"> {
  if (typeof row !== "object" || row === null) return false;
  const { sequence, at, boot, actor, action, data, rest, previous } = row as Readonly<Record<string, unknown>>;
  const numbers = [sequence, at, boot, rest].every((each) => typeof each === "number");
  const words = [actor, action, previous].every((each) => typeof each === "string");
  return numbers && words && typeof data === "object" && data !== null;
}

/** How far the log went, said with a key that is not in it: a log that ends before its anchor was cut off. */
export interface Anchor {
  readonly sequence: number;
  readonly hash: string;
  readonly at: number;
  readonly seal: string;
}

export function sealed(anchor: Omit<Anchor, "seal">, key: Buffer): Anchor {
  const { sequence, hash, at } = anchor;
  return {
    sequence,
    hash,
    at,
    seal: createHmac("sha256", key).update(canonical({ at, hash, sequence })).digest("hex"),
  };
}

/** The anchor was made with this key, and not changed since. */
export function isGenuine(anchor: Anchor, key: Buffer): boolean {
  const mine = Buffer.from(sealed(anchor, key).seal);
  const theirs = Buffer.from(anchor.seal);
  return mine.length === theirs.length && timingSafeEqual(mine, theirs);
}
