import { createCipheriv, createDecipheriv } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { replaceFile } from "./replace-file.ts";
import { type SecretsKey, keyFor } from "./secrets-key.ts";
import { StoreFault } from "./sqlite.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 16;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const sealed = z.strictObject({
  version: z.number().int().positive(),
  since: z.iso.datetime(),
  nonce: base64,
  text: base64,
  tag: base64,
});
const content = z.strictObject({
  format: z.literal(1),
  /** Of the passphrase; drawn once for this file. */
  salt: base64,
  version: z.number().int().nonnegative(),
  slots: z.record(z.string().regex(/^[A-Z][A-Z0-9_]{2,63}$/), sealed),
});
type Sealed = z.infer<typeof sealed>;
type Content = z.infer<typeof content>;

export interface StoredSecret {
  readonly value: string;
  readonly version: number;
  /** When it was stored, as ISO 8601. */
  readonly since: string;
}

export interface SecretsFileOptions {
  readonly path: string;
  readonly key: SecretsKey;
  /** Bytes nobody can guess. */
  readonly draw: (bytes: number) => Buffer;
}

/**
 * Secrets that were given to us while we ran, each sealed for its slot and its version: a value that was moved to
 * another slot, or an older one put back under a newer version, does not open.
 */
export class SecretsFile {
  readonly #options: SecretsFileOptions;
  readonly #key: Buffer;
  #content: Content;
  #open: ReadonlyMap<string, StoredSecret>;

  /** @throws StoreFault when the file is there and one of its values does not open */
  constructor(options: SecretsFileOptions) {
    this.#options = options;
    this.#content = readContent(options.path) ?? {
      format: 1,
      salt: options.draw(SALT_BYTES).toString("base64"),
      version: 0,
      slots: {},
    };
    this.#key = keyFor(options.key, Buffer.from(this.#content.salt, "base64"));
    this.#open = new Map(Object.entries(this.#content.slots).map(([slot, each]) => [slot, this.#unseal(slot, each)]));
  }

  get stored(): ReadonlyMap<string, StoredSecret> {
    return this.#open;
  }

  /**
   * All of them or none, in one replacement of the file. One version for all that were given together.
   *
   * @throws StoreFault when it cannot be written: everything is as it was
   */
  store(values: ReadonlyMap<string, string>, since: string): number {
    const version = this.#content.version + 1;
    const slots = { ...this.#content.slots };
    const open = new Map(this.#open);
    for (const [slot, value] of values) {
      slots[slot] = this.#seal(slot, value, version, since);
      open.set(slot, { value, version, since });
    }
    const next: Content = { ...this.#content, version, slots };
    write(this.#options.path, next);
    this.#content = next;
    this.#open = open;
    return version;
  }

  #seal(slot: string, value: string, version: number, since: string): Sealed {
    const nonce = this.#options.draw(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(slot, version));
    const text = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
    const [inNonce, inText, tag] = [nonce, text, cipher.getAuthTag()].map((each) => each.toString("base64"));
    return { version, since, nonce: inNonce ?? "", text: inText ?? "", tag: tag ?? "" };
  }

  #unseal(slot: string, { version, since, nonce, text, tag }: Sealed): StoredSecret {
    try {
      const decipher = createDecipheriv(CIPHER, this.#key, Buffer.from(nonce, "base64"), { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(slot, version));
      decipher.setAuthTag(Buffer.from(tag, "base64"));
      const value = Buffer.concat([decipher.update(Buffer.from(text, "base64")), decipher.final()]).toString("utf8");
      return { value, version, since };
    } catch {
      throw new StoreFault(
        `${this.#options.path}: the stored ${slot} does not open with this SECRETS_KEY_FILE; name the key file it was stored with, or move ${this.#options.path} away and rotate anew`,
      );
    }
  }
}

const boundTo = (slot: string, version: number): Buffer => Buffer.from(`${slot}\n${version}`, "utf8");

function readContent(path: string): Content | null {
  if (!existsSync(path)) return null;
  try {
    const read = content.safeParse(JSON.parse(readFileSync(path, "utf8")));
    if (read.success) return read.data;
  } catch {
    // Said below, with the fix.
  }
  throw new StoreFault(
    `${path} is damaged: no secret in it can be trusted; restore a backup, or move it away and rotate anew`,
  );
}

/** Replaced as a whole, readable by its owner only, and on disk before anybody is told that it is. */
function write(path: string, next: Content): void {
  try {
    replaceFile(path, `${JSON.stringify(next, null, 2)}\n`);
  } catch (error) {
    throw new StoreFault(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
