import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantAt } from "#domain/time.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DataDirectory, StoreBusy, takeDataDirectory } from "./data-directory.ts";
import { NOW } from "../../../test/kit.ts";
import { StoreFault } from "./sqlite.ts";

let root = "";
const taken: DataDirectory[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "propbot-data-"));
});
afterEach(() => {
  for (const directory of taken.splice(0)) directory.release();
  rmSync(root, { recursive: true, force: true });
});

function take(path = join(root, "data"), install = "ab12", now: number = NOW): DataDirectory {
  const directory = takeDataDirectory(path, instantAt(now), () => install);
  taken.push(directory);
  return directory;
}
function released(path?: string, install?: string, now?: number): DataDirectory {
  const directory = take(path, install, now);
  directory.release();
  return directory;
}

describe("a data directory", () => {
  test("is made where there is none, for its owner only", () => {
    const { path, install, epoch, file } = take(join(root, "deep", "down"));
    expect([install, epoch, file("x.db")]).toEqual(["ab12", 1, join(root, "deep", "down", "x.db")]);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, "propbot.json")).mode & 0o777).toBe(0o600);
  });

  test("keeps its installation, and counts its starts", () => {
    const starts = ["ab12", "zz99", "yy88"].map((install) => released(undefined, install));
    expect(starts.map(({ install, epoch }) => [install, epoch])).toEqual([
      ["ab12", 1],
      ["ab12", 2],
      ["ab12", 3],
    ]);
  });

  test("remembers the starts that were not stopped, and forgets those that were", () => {
    const path = join(root, "data");
    const mark = join(path, "propbot.json");
    const first = take(path, "ab12", 100);
    expect(first.starts).toEqual([100]);
    const killed = readFileSync(mark, "utf8");
    first.release();
    // As a killed process leaves it: the lock is gone with it, the mark is not.
    writeFileSync(mark, killed);
    expect(released(path, "ab12", 200).starts).toEqual([100, 200]);
    expect(released(path, "ab12", 300).starts).toEqual([100, 300]);
  });

  test("a mark of before that time has no starts", () => {
    const path = join(root, "data");
    released(path);
    writeFileSync(join(path, "propbot.json"), '{"install":"ab12","epoch":7}\n');
    expect(take(path, "zz", 5)).toMatchObject({ epoch: 8, starts: [5] });
  });

  test("belongs to one at a time", () => {
    take();
    expect(() => take()).toThrow(StoreBusy);
    expect(() => take()).toThrow(/in use by another PropBot/);
  });

  test("a second taker does not count as a start", () => {
    const first = take();
    expect(() => take()).toThrow(StoreBusy);
    first.release();
    expect(take().epoch).toBe(2);
  });

  test("full of somebody else's files is left alone", () => {
    const path = join(root, "theirs");
    mkdirSync(path);
    writeFileSync(join(path, "thesis.tex"), "");
    expect(() => take(path)).toThrow(/other files \(thesis\.tex\); choose an empty folder/);
    expect(existsSync(join(path, "lock.db"))).toBe(false);
  });

  test.each([".gitkeep", "lost+found"])("with nothing but %s in it is empty", (name) => {
    const path = join(root, "empty");
    mkdirSync(path);
    writeFileSync(join(path, name), "");
    expect(take(path).epoch).toBe(1);
  });

  test("that is a file is refused", () => {
    writeFileSync(join(root, "file"), "");
    expect(() => take(join(root, "file"))).toThrow(StoreFault);
  });

  test("that nobody could make is refused, with the fix", () => {
    writeFileSync(join(root, "file"), "");
    expect(() => take(join(root, "file", "data"))).toThrow(/cannot be used.*right to write/);
  });

  test("that cannot be written is refused; for root there is no such folder", () => {
    const path = join(root, "locked");
    mkdirSync(path);
    chmodSync(path, 0o500);
    const taking = (): number => take(path).epoch;
    if (process.getuid?.() === 0) expect(taking()).toBe(1);
    else expect(taking).toThrow(/cannot be used.*right to write/);
    chmodSync(path, 0o700);
  });

  test.each(["", "{", "{}", '{"install":"ab12"}', '{"install":"AB!!","epoch":1}', '{"install":"ab12","epoch":1.5}'])(
    "with a damaged mark %j is refused: order names depend on it",
    (mark) => {
      const { path, file } = released();
      writeFileSync(file("propbot.json"), mark);
      expect(() => take(path)).toThrow(/damaged.*restore it from a backup/);
      // The refusal holds nothing: with the mark mended it can be taken.
      writeFileSync(file("propbot.json"), '{"install":"ab12","epoch":7}');
      expect(take(path).epoch).toBe(8);
    },
  );

  test("has its mark on disk before anybody is told", () => {
    const { file } = take();
    expect(JSON.parse(readFileSync(file("propbot.json"), "utf8"))).toEqual({
      install: "ab12",
      epoch: 1,
      starts: [NOW],
    });
  });
});
