import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { after, instantAt } from "#domain/time.ts";
import { OperatorsDirectory, keyOf } from "./operators-directory.ts";
import { type OperatorEntry, digestOf, isPrivate, readOperators, writeOperators } from "./operators-file.ts";

const NOW = instantAt(1_767_225_600_000);

const anEntry = (name: string, token: string, given: Partial<OperatorEntry> = {}): OperatorEntry => ({
  name,
  role: "operator",
  token_id: token.slice(0, 8).padEnd(4, "0"),
  token_sha256: digestOf(token),
  created_at: "2026-01-01T00:00:00Z",
  expires_at: null,
  disabled: false,
  ...given,
});

function directory(entries: readonly OperatorEntry[], given: { free?: boolean; admitted?: ReadonlySet<string> } = {}) {
  const path = join(mkdtempSync(join(tmpdir(), "propbot-operators-")), "operators.json");
  if (entries.length > 0) writeOperators(path, entries);
  const clock = new VirtualClock(NOW);
  const told: string[] = [];
  const people = new OperatorsDirectory({
    clock,
    path,
    apiToken: "the-api-token",
    admitted: given.admitted ?? null,
    admitsFreely: () => given.free ?? false,
    tell: (code) => told.push(code),
  });
  const write = async (next: readonly OperatorEntry[]): Promise<void> => {
    writeOperators(path, next);
    await clock.runUntil(after(clock.now(), 300));
  };
  const name = (token: string): string | null => people.identify(token)?.name ?? null;
  return { people, clock, path, told, write, name };
}

test("a person is known by the token, the API token is a person of its own, and nobody else is anybody", () => {
  const { name } = directory([anEntry("alice", "tokenA")]);
  expect([name("tokenA"), name("the-api-token"), name("tokenB"), name("")]).toEqual(["alice", "operator", null, null]);
});

test("whoever is disabled is out at once, and a rotated token ends", async () => {
  const alice = anEntry("alice", "tokenA");
  const { write, name } = directory([alice], { free: true });
  await write([{ ...alice, disabled: true }, anEntry("alice", "tokenA2")]);
  expect([name("tokenA"), name("tokenA2")]).toEqual([null, "alice"]);
});

test("a token has its end", async () => {
  const { clock, name } = directory([anEntry("alice", "tokenA", { expires_at: "2026-01-01T01:00:00Z" })]);
  expect(name("tokenA")).toBe("alice");
  await clock.runUntil(after(NOW, 3_600_000));
  expect(name("tokenA")).toBeNull();
});

test("a newcomer waits until two have agreed, and so does a new role or a new token of a person", async () => {
  const alice = anEntry("alice", "tokenA", { role: "viewer" });
  const { people, write, name, told } = directory([alice]);
  await write([alice, anEntry("mallory", "tokenM"), anEntry("alice", "tokenA2")]);
  expect([name("tokenM"), name("tokenA2"), people.waiting().map((each) => each.name)]).toEqual([
    null,
    null,
    ["mallory", "alice"],
  ]);
  expect(told).toEqual(["operators_changed"]);
  people.admit(people.waiting().map(keyOf));
  expect([name("tokenM"), people.identify("tokenA2")?.role]).toEqual(["mallory", "operator"]);
});

test("whom the last run had not admitted waits after a restart too", () => {
  const alice = anEntry("alice", "tokenA");
  const { name } = directory([alice, anEntry("mallory", "tokenM")], { admitted: new Set([keyOf(alice)]) });
  expect([name("tokenA"), name("tokenM")]).toEqual(["alice", null]);
});

test("a file that cannot be read leaves everybody as they were, and is told", async () => {
  const { path, clock, name, told } = directory([anEntry("alice", "tokenA")]);
  writeFileSync(path, "{ not json");
  await clock.runUntil(after(clock.now(), 300));
  expect([name("tokenA"), told]).toEqual(["alice", ["operators_unreadable"]]);
});

test.each([
  ["not JSON", "{", /cannot be read/],
  ["an unknown field", '{"version":1,"operators":[],"x":1}', /Unrecognized key/],
  ["a name with a capital", JSON.stringify({ version: 1, operators: [anEntry("Bob", "t")] }), /lower-case/],
  [
    "a token in the clear",
    JSON.stringify({ version: 1, operators: [{ ...anEntry("bob", "t"), token: "t" }] }),
    /Unrecognized key/,
  ],
])("at the start %s is refused by name", (_name, text, says) => {
  const path = join(mkdtempSync(join(tmpdir(), "propbot-operators-")), "operators.json");
  writeFileSync(path, text);
  expect(() => readOperators(path)).toThrow(says);
  rmSync(path);
  expect(readOperators(path)).toEqual([]);
});

test("it is written for its owner only, and others reading it is noticed", () => {
  const { path } = directory([anEntry("alice", "tokenA")]);
  expect(isPrivate(path)).toBe(true);
  chmodSync(path, 0o640);
  expect(isPrivate(path)).toBe(false);
});
