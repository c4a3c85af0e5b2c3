import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SecretsFile } from "#adapters/storage/secrets-file.ts";
import { type Environment, readConfig } from "./config.ts";
import { slotsOf } from "./secret-slots.ts";
import { withStoredSecrets } from "./stored-secrets.ts";
import { variables } from "./variables.ts";

const SINCE = "2026-11-24T12:00:00.000Z";
let folder = "";
let environment: Environment = {};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "propbot-stored-"));
  writeFileSync(join(folder, "key"), "07".repeat(32), { mode: 0o600 });
  environment = {
    PROFILE: "testnet",
    DATA_DIR: folder,
    SECRETS_KEY_FILE: join(folder, "key"),
    OKX_API_SECRET_TESTNET: "the old one",
    OKX_API_KEY_TESTNET: "the key",
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rotate = (values: Readonly<Record<string, string>>): number =>
  new SecretsFile({
    path: join(folder, "secrets.json"),
    key: { kind: "key", key: Buffer.alloc(32, 7) },
    draw: (bytes) => randomBytes(bytes),
  }).store(new Map(Object.entries(values)), SINCE);

describe("a start", () => {
  test("takes a rotated secret for its own slot, says which, and leaves every other to the environment", () => {
    rotate({ OKX_API_SECRET_TESTNET: "the new one" });
    const stored = withStoredSecrets(environment);
    expect(stored.environment).toEqual({ ...environment, OKX_API_SECRET_TESTNET: "the new one" });
    expect(stored.says).toEqual([
      `secret   OKX_API_SECRET_TESTNET is the one of ${SINCE}, version 1, and not the environment's`,
    ]);
  });

  test("takes it in the place of a file too: both would be a contradiction", () => {
    rotate({ API_TOKEN: "a new token of 32 characters and more" });
    const { environment: read } = withStoredSecrets({ ...environment, API_TOKEN_FILE: "/old/token" });
    expect([read["API_TOKEN"], "API_TOKEN_FILE" in read]).toEqual(["a new token of 32 characters and more", false]);
  });

  test("without a key file has none to store, and is refused when there are some already", () => {
    const { SECRETS_KEY_FILE: _, ...without } = environment;
    expect(withStoredSecrets(without)).toEqual({ file: null, environment: without, says: [] });
    rotate({ OKX_API_SECRET_TESTNET: "the new one" });
    expect(() => withStoredSecrets(without)).toThrow(/^SECRETS_KEY_FILE: must be set, .*holds rotated secrets/);
  });

  test("with a key file others can read is refused, and in paper warned", () => {
    chmodSync(join(folder, "key"), 0o644);
    expect(() => withStoredSecrets(environment)).toThrow(/chmod 600/);
    for (const PROFILE of ["paper", "", "Paper"])
      expect(withStoredSecrets({ ...environment, PROFILE }).says).toEqual([
        expect.stringMatching(/^warning: SECRETS_KEY_FILE/),
      ]);
  });
});

describe("a slot is in use where this process works with it", () => {
  const used = (given: Environment, simulated: boolean): string[] =>
    slotsOf(readConfig(given).config, simulated).flatMap(({ name, use }) => (use.kind === "none" ? [] : [name]));
  const keys = Object.fromEntries(
    [
      "BINANCE_LV_API_KEY_TESTNET",
      "BINANCE_LV_API_SECRET_TESTNET",
      "OKX_API_KEY_TESTNET",
      "OKX_API_SECRET_TESTNET",
      "OKX_API_PASSPHRASE_TESTNET",
    ].map((name) => [name, name.toLowerCase()]),
  );
  const testnet = { PROFILE: "testnet", API_TOKEN: "f3c1b6a9e0d24f7b8a5c6d7e8f901234", ...keys };

  test("in testnet its own keys, by the name they were given under, and the token", () => {
    expect(used(testnet, false)).toEqual(["API_TOKEN", ...Object.keys(keys)]);
    const other = { BINANCE_UM_API_KEY_TESTNET: "uk", BINANCE_UM_API_SECRET_TESTNET: "us" };
    expect(used({ ...testnet, ...other }, false).slice(1, 3)).toEqual(Object.keys(other));
  });

  test("over simulated venues the token alone; without credentials nothing", () => {
    expect(used(testnet, true)).toEqual(["API_TOKEN"]);
    expect(used({ AUTH_ENABLED: "false" }, true)).toEqual([]);
  });

  test("every secret variable is one", () => {
    const names = Object.values(variables).flatMap(({ name, secret }) => (secret ? [name] : []));
    expect(slotsOf(readConfig({}).config, true).map(({ name }) => name)).toEqual(names);
  });
});
