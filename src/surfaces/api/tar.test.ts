import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type TarFile, tarPieces } from "./tar.ts";

const file = (name: string, text: string): TarFile => ({ name, content: Buffer.from(text) });
const FILES = [
  file("README.txt", "what is in it\n"),
  file("empty", ""),
  file("block", "x".repeat(512)),
  file("ü.json", "{}"),
];

test("tar itself unpacks what was packed, byte for byte", () => {
  const folder = mkdtempSync(join(tmpdir(), "propbot-tar-"));
  try {
    const archive = Buffer.concat([...tarPieces(FILES, 1_786_543_641)]);
    expect(archive.length % 512).toBe(0);
    const { status, stderr } = spawnSync("tar", ["-xf", "-", "-C", folder], { input: archive });
    expect([status, stderr.toString()]).toEqual([0, ""]);
    for (const { name, content } of FILES) expect(readFileSync(join(folder, name))).toEqual(content);
    const { mode, mtimeMs } = statSync(join(folder, "README.txt"));
    expect([mode & 0o777, mtimeMs]).toEqual([0o600, 1_786_543_641_000]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a name that has no room is refused, not cut", () => {
  expect(() => [...tarPieces([file("x".repeat(101), "")], 0)]).toThrow(/100 bytes/);
});
