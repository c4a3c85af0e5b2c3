import { createReadStream, existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Anchor, GENESIS, isGenuine, rowOf } from "./audit-row.ts";

export const HEAD_FILE = "head.json";
const SEGMENT = /^audit-\d{12}\.log$/;

export interface AuditVerdict {
  readonly rows: number;
  readonly head: string;
  readonly faults: readonly AuditFaultFound[];
  /** How far the latest anchor reaches; null when there is none that can be believed. */
  readonly anchoredTo: number | null;
}

export interface AuditFaultFound {
  /** The first row that is not as it should be; the row that is missing, when one is. */
  readonly row: number;
  readonly file: string;
  readonly line: number;
  readonly says: string;
}

/** The files of a log, oldest first. */
export function segmentsOf(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => SEGMENT.test(name))
    .toSorted();
}

export function readAnchor(folder: string): Anchor | "none" | "damaged" {
  const path = join(folder, HEAD_FILE);
  if (!existsSync(path)) return "none";
  try {
    const anchor = JSON.parse(readFileSync(path, "utf8")) as Partial<Anchor> | null;
    const { sequence, hash, at, seal } = anchor ?? {};
    if (typeof sequence !== "number" || typeof at !== "number" || typeof hash !== "string" || typeof seal !== "string")
      return "damaged";
    return { sequence, hash, at, seal };
  } catch {
    return "damaged";
  }
}

/**
 * Reads the whole record and names every place where it was changed: a row altered, taken out, put in, moved, or the end
 * cut off before the anchor. Rows after the last anchor that are cut off in full cannot be missed; the anchor is made
 * every hundred rows, every minute and at every clean end.
 *
 * @param upTo how far it is read, where rows are still being written behind it
 */
export async function verifyAudit(
  folder: string,
  key: Buffer | null,
  upTo = Number.POSITIVE_INFINITY,
): Promise<AuditVerdict> {
  const faults: AuditFaultFound[] = [];
  const anchor = readAnchor(folder);
  let sequence = 0;
  let previous = GENESIS;
  let anchored = anchor === "none" || anchor === "damaged" ? null : anchor;
  if (anchor === "damaged" || (anchored && key && !isGenuine(anchored, key))) {
    faults.push({ row: 0, file: HEAD_FILE, line: 1, says: "the anchor is not one that was made with this key" });
    anchored = null;
  }
  // An anchor that was made meanwhile speaks of rows that are whole.
  const end = Math.max(upTo, anchored?.sequence ?? 0);
  for (const file of segmentsOf(folder)) {
    if (sequence >= end) break;
    const lines = createInterface({ input: createReadStream(join(folder, file)), crlfDelay: Infinity });
    let line = 0;
    for await (const text of lines) {
      if (sequence >= end) break;
      line += 1;
      const row = rowOf(text);
      const wanted = sequence + 1;
      const fault = (says: string): number => faults.push({ row: wanted, file, line, says });
      if (row === null) {
        fault(`row ${wanted} was changed: its text is not what its hash says`);
        // What follows is judged on its own: one change is one finding, not a landslide.
        sequence = wanted;
        previous = "";
        continue;
      }
      if (row.sequence !== wanted) fault(`row ${wanted} is not where it should be: row ${row.sequence} stands there`);
      else if (previous !== "" && row.previous !== previous)
        fault(`row ${wanted} does not continue the row before it: one of them was replaced`);
      if (anchored?.sequence === row.sequence && anchored.hash !== row.hash)
        fault(`row ${row.sequence} is not the row that was anchored`);
      sequence = row.sequence;
      previous = row.hash;
    }
  }
  if (Number.isFinite(upTo) && sequence < upTo) {
    const says = `the end is missing: the record stops at row ${sequence}, and row ${upTo} was written`;
    faults.push({ row: sequence + 1, file: segmentsOf(folder).at(-1) ?? "", line: 0, says });
  } else if (anchored && anchored.sequence > sequence) {
    const says = `the end is missing: the record stops at row ${sequence}, and row ${anchored.sequence} was anchored`;
    faults.push({ row: sequence + 1, file: segmentsOf(folder).at(-1) ?? "", line: 0, says });
  }
  return { rows: sequence, head: previous, faults, anchoredTo: anchored?.sequence ?? null };
}
