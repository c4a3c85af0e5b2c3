import { scryptSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isPrivate } from "./operators-file.ts";
import { StoreFault } from "./sqlite.ts";

export const KEY_BYTES = 32;
/** About half a second and 128 MiB for each guess at a passphrase. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const;
const LEAST_PASSPHRASE = 12;

/** What SECRETS_KEY_FILE holds: the key itself, or a passphrase from which one is made. */
export type SecretsKey =
  { readonly kind: "key"; readonly key: Buffer } | { readonly kind: "passphrase"; readonly text: string };

/**
 * Reads SECRETS_KEY_FILE: 32 bytes in hex or base64, or a passphrase.
 *
 * @param paper a file others can read is refused everywhere else, and warned about there
 * @throws StoreFault when it is not there, not private or not enough
 */
export function readSecretsKey(
  path: string,
  paper: boolean,
): { readonly key: SecretsKey; readonly warnings: readonly string[] } {
  if (!existsSync(path))
    throw new StoreFault(`SECRETS_KEY_FILE: ${path} does not exist; make one: openssl rand -hex 32`);
  const says = `SECRETS_KEY_FILE: ${path} can be read by others; run: chmod 600 ${path}`;
  const open = !isPrivate(path);
  if (open && !paper) throw new StoreFault(says);
  return { key: parse(path, textOf(path)), warnings: open ? [says] : [] };
}

/** @param salt of the file the key is for: the same passphrase gives another key for another file */
export function keyFor(from: SecretsKey, salt: Buffer): Buffer {
  return from.kind === "key" ? from.key : scryptSync(from.text, salt, KEY_BYTES, SCRYPT);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new StoreFault(
      `SECRETS_KEY_FILE: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function parse(path: string, text: string): SecretsKey {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return { kind: "key", key: Buffer.from(text, "hex") };
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return { kind: "key", key: Buffer.from(text, "base64") };
  if (text.length >= LEAST_PASSPHRASE) return { kind: "passphrase", text };
  throw new StoreFault(
    `SECRETS_KEY_FILE: ${path} must hold 32 bytes in hex or base64, or a passphrase of at least ${LEAST_PASSPHRASE} characters; try: openssl rand -hex 32`,
  );
}
