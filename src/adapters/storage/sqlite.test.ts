import { mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync, closeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StoreFault, openStore } from "./sqlite.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "propbot-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, "ledger.db");

describe("a store", () => {
  test("is made for its owner only, flushes every commit, and opens again", () => {
    const store = openStore(path());
    expect(store.pragma("synchronous", { simple: true })).toBe(2);
    expect(store.pragma("journal_mode", { simple: true })).toBe("wal");
    store.close();
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    openStore(path()).close();
  });

  test("of another program is not ours to write to", () => {
    const foreign = new Sqlite(path());
    foreign.exec("create table theirs (a)");
    foreign.close();
    const before = readFileSync(path());
    expect(() => openStore(path())).toThrow(/database of another program/);
    expect(readFileSync(path()).equals(before)).toBe(true);
  });

  test("that is no database at all is refused", () => {
    writeFileSync(path(), "not a database, but long enough to look like one".repeat(100));
    expect(() => openStore(path())).toThrow(StoreFault);
  });

  test("that was cut short is refused, never read as empty", () => {
    const store = openStore(path());
    const insert = store.prepare(
      "insert into events (at, level, type, code, says) values (1, 'info', 'hedge', 'x', ?)",
    );
    for (let row = 0; row < 200; row += 1) insert.run("x".repeat(500));
    store.close();
    writeFileSync(path(), readFileSync(path()).subarray(0, 4096 * 6));
    expect(() => openStore(path())).toThrow(/damaged|malformed|restore a backup/);
  });

  test("with overwritten pages is refused", () => {
    const store = openStore(path());
    const insert = store.prepare(
      "insert into events (at, level, type, code, says) values (1, 'info', 'hedge', 'x', ?)",
    );
    for (let row = 0; row < 400; row += 1) insert.run("x".repeat(500));
    store.close();
    const file = openSync(path(), "r+");
    for (let page = 12; page < 30; page += 1) writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
    closeSync(file);
    expect(() => openStore(path())).toThrow(/damaged|malformed/);
  });

  test("of a newer program is refused, and says so", () => {
    const store = openStore(path());
    store.pragma("user_version = 999");
    store.close();
    expect(() => openStore(path())).toThrow(/newer PropBot/);
  });

  test("that was emptied is refused: it is not a new one", () => {
    writeFileSync(path(), "");
    expect(() => openStore(path())).toThrow(StoreFault);
  });
});
