import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SecretsFile } from "./secrets-file.ts";
import { type SecretsKey, readSecretsKey } from "./secrets-key.ts";

const SINCE = "2026-11-24T12:00:00.000Z";
const KEY: SecretsKey = { kind: "key", key: Buffer.alloc(32, 7) };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "propbot-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (): string => join(folder, "secrets.json");
const open = (key: SecretsKey = KEY): SecretsFile =>
  new SecretsFile({ path: path(), key, draw: (bytes) => randomBytes(bytes) });
const values = (given: Readonly<Record<string, string>>): ReadonlyMap<string, string> => new Map(Object.entries(given));
// oxlint-disable-next-line typescript/no-explicit-any -- the file as somebody with an editor sees it
const read = (): any => JSON.parse(readFileSync(path(), "utf8"));

describe("the file", () => {
  test("gives back what was stored, with its version and its day, after a restart too", () => {
    const first = open();
    expect(first.store(values({ OKX_API_SECRET: "one" }), SINCE)).toBe(1);
    expect(first.store(values({ OKX_API_SECRET: "two", OKX_API_KEY: "key ü" }), SINCE)).toBe(2);
    expect([...open().stored]).toEqual([
      ["OKX_API_SECRET", { value: "two", version: 2, since: SINCE }],
      ["OKX_API_KEY", { value: "key ü", version: 2, since: SINCE }],
    ]);
  });

  test("is its owner's alone, and holds no value in any spelling", () => {
    const secret = "correct-horse-battery-staple";
    open().store(values({ OKX_API_SECRET: secret }), SINCE);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const text = readFileSync(path(), "utf8");
    for (const form of ["utf8", "hex", "base64"] as const)
      expect(text).not.toContain(Buffer.from(secret).toString(form).slice(0, 8));
  });

  test("draws another nonce with every write", () => {
    const file = open();
    const nonces = [1, 2, 3].map(() => {
      file.store(values({ OKX_API_SECRET: "same" }), SINCE);
      return read().slots.OKX_API_SECRET.nonce as string;
    });
    expect(new Set(nonces).size).toBe(3);
  });

  test("that cannot be written changes nothing", () => {
    const file = open();
    file.store(values({ OKX_API_SECRET: "one" }), SINCE);
    rmSync(folder, { recursive: true });
    expect(() => file.store(values({ OKX_API_SECRET: "two" }), SINCE)).toThrow(/cannot be written/);
    expect(file.stored.get("OKX_API_SECRET")).toMatchObject({ value: "one", version: 1 });
  });

  test("opens with the passphrase it was made with, and with no other", () => {
    const phrase: SecretsKey = { kind: "passphrase", text: "a passphrase of mine" };
    open(phrase).store(values({ OKX_API_SECRET: "one" }), SINCE);
    expect(open(phrase).stored.get("OKX_API_SECRET")?.value).toBe("one");
    expect(() => open({ kind: "passphrase", text: "a passphrase of his" })).toThrow(/does not open/);
  });
});

describe("a value that does not open refuses the start, in one sentence that names its slot", () => {
  type Content = ReturnType<typeof read>;
  test.each<[string, (content: Content) => void]>([
    ["moved to another slot", (c) => ((c.slots.OKX_API_KEY = c.slots.OKX_API_SECRET), delete c.slots.OKX_API_SECRET)],
    ["under another version", (c) => (c.slots.OKX_API_SECRET.version = 9)],
    ["with another nonce", (c) => (c.slots.OKX_API_SECRET.nonce = Buffer.alloc(12).toString("base64"))],
    ["with a shorter tag", (c) => (c.slots.OKX_API_SECRET.tag = c.slots.OKX_API_SECRET.tag.slice(0, 8))],
    ["changed", (c) => (c.slots.OKX_API_SECRET.text = Buffer.from("two").toString("base64"))],
  ])("%s", (_what, change) => {
    open().store(values({ OKX_API_SECRET: "one" }), SINCE);
    const content = read();
    change(content);
    writeFileSync(path(), JSON.stringify(content));
    expect(() => open()).toThrow(
      /^[^\n]*the stored OKX_API_(SECRET|KEY) does not open with this SECRETS_KEY_FILE[^\n]*$/,
    );
  });

  test("with another key", () => {
    open().store(values({ OKX_API_SECRET: "one" }), SINCE);
    expect(() => open({ kind: "key", key: Buffer.alloc(32, 8) })).toThrow(/does not open/);
  });

  test.each(["", "{", '{"format":2}'])("nor does a file that says %j", (text) => {
    writeFileSync(path(), text);
    expect(() => open()).toThrow(/is damaged/);
  });
});

describe("SECRETS_KEY_FILE", () => {
  const key = (text: string, mode = 0o600): string => {
    const file = join(folder, "key");
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };

  test.each<[string, string, SecretsKey]>([
    ["hex", `${"07".repeat(32)}\n`, KEY],
    ["base64", Buffer.alloc(32, 7).toString("base64"), KEY],
    ["base64url", Buffer.alloc(32, 7).toString("base64url"), KEY],
    ["a passphrase", " correct horse battery\n", { kind: "passphrase", text: "correct horse battery" }],
  ])("may hold %s", (_what, text, is) => {
    expect(readSecretsKey(key(text), false)).toEqual({ key: is, warnings: [] });
    expect(readSecretsKey(key(text, 0o400), false).key).toEqual(is);
  });

  test.each([0o640, 0o604, 0o660])("of mode %o is refused, and in paper said", (mode) => {
    const file = key("07".repeat(32), mode);
    expect(() => readSecretsKey(file, false)).toThrow(/can be read by others; run: chmod 600/);
    expect(readSecretsKey(file, true).warnings).toEqual([expect.stringMatching(/chmod 600/)]);
  });

  test("too short, or not there, is refused without being repeated", () => {
    expect(() => readSecretsKey(key("hunter2"), true)).toThrow(/must hold 32 bytes/);
    expect(() => readSecretsKey(key("hunter2"), true)).not.toThrow(/hunter2/);
    expect(() => readSecretsKey(join(folder, "none"), true)).toThrow(/does not exist/);
  });
});
