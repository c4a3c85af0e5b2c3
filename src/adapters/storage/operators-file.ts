import { hash, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { type Operator, isOperatorName } from "#domain/operator.ts";
import { replaceFile } from "./replace-file.ts";
import { StoreFault } from "./sqlite.ts";

const entry = z.strictObject({
  name: z.string().refine(isOperatorName, "must be 2 to 32 lower-case letters, digits, dots or dashes"),
  role: z.enum(["viewer", "operator"]),
  /** The first letters of the token: to tell two of one person apart, and useless on their own. */
  token_id: z.string().min(4).max(16),
  token_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  created_at: z.string(),
  expires_at: z.iso.datetime({ offset: true }).nullable(),
  disabled: z.boolean(),
});
const content = z.strictObject({ version: z.literal(1), operators: z.array(entry).max(200) });

export type OperatorEntry = z.infer<typeof entry>;

/** Only digests are kept: 256 random bits need no slow hash. */
export const digestOf = (token: string): string => hash("sha256", token, "hex");

/** @throws StoreFault when the file is there and is not what it should be */
export function readOperators(path: string): readonly OperatorEntry[] {
  if (!existsSync(path)) return [];
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new StoreFault(
      `OPERATORS_FILE ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}; mend it or restore a backup`,
    );
  }
  const read = content.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new StoreFault(
      `OPERATORS_FILE ${path}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is not valid"}; mend it or restore a backup`,
    );
  }
  return read.data.operators;
}

/** Replaced as a whole, readable by its owner only. */
export function writeOperators(path: string, operators: readonly OperatorEntry[]): void {
  replaceFile(path, `${JSON.stringify({ version: 1, operators }, null, 2)}\n`);
}

/** Group and world have no business with it. */
export const isPrivate = (path: string): boolean => !existsSync(path) || (statSync(path).mode & 0o077) === 0;

/** The person of a token, by its digest, among these; null for nobody, for a disabled one, and after its end. */
export function findOperator(entries: readonly OperatorEntry[], ofToken: string, now: number): Operator | null {
  const digest = Buffer.from(ofToken, "hex");
  // All of them are compared, so that the time it takes says nothing about which one it was.
  const matching = entries.filter((each) => timingSafeEqual(Buffer.from(each.token_sha256, "hex"), digest));
  const live = matching.find(
    ({ disabled, expires_at }) => !disabled && (expires_at === null || Date.parse(expires_at) > now),
  );
  return live ? { name: live.name, role: live.role } : null;
}
