import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SecretsFile } from "#adapters/storage/secrets-file.ts";
import { readSecretsKey } from "#adapters/storage/secrets-key.ts";
import { StoreFault } from "#adapters/storage/sqlite.ts";
import type { Environment } from "./config.ts";
import { variables } from "./variables.ts";

const SECRETS = "secrets.json";

export interface StoredSecrets {
  /** Null: none can be stored. */
  readonly file: SecretsFile | null;
  /** With the rotated secrets in the place of their old ones. */
  readonly environment: Environment;
  /** What is to be said of it at the start. */
  readonly says: readonly string[];
}

/**
 * The secrets that were rotated in an earlier run, put in the place of the environment's: each for its own slot only.
 *
 * @throws StoreFault when there are some that cannot be opened: starting with the old ones would be a silent way back
 */
export function withStoredSecrets(environment: Environment): StoredSecrets {
  const given = (name: string): string => environment[name]?.trim() ?? "";
  const path = join(given(variables.dataDir.name) || variables.dataDir.preset, SECRETS);
  const keyFile = given(variables.secretsKeyFile.name);
  if (keyFile === "") {
    if (existsSync(path))
      throw new StoreFault(
        `SECRETS_KEY_FILE: must be set, ${path} holds rotated secrets; name the key file they were stored with, or move ${path} away`,
      );
    return { file: null, environment, says: [] };
  }
  const paper = ["", "paper"].includes(given(variables.profile.name).toLowerCase());
  const { key, warnings } = readSecretsKey(keyFile, paper);
  const file = new SecretsFile({ path, key, draw: (bytes) => randomBytes(bytes) });
  const replaced = { ...environment };
  const says = warnings.map((warning) => `warning: ${warning}`);
  for (const [name, { value, version, since }] of file.stored) {
    replaced[name] = value;
    delete replaced[`${name}_FILE`];
    says.push(`secret   ${name} is the one of ${since}, version ${version}, and not the environment's`);
  }
  return { file, environment: replaced, says };
}
