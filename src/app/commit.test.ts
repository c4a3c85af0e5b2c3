import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { commitOf } from "./commit.ts";

const HASH = "0123456789abcdef0123456789abcdef01234567";

test.each<{ what: string; files: Readonly<Record<string, string>>; commit: string }>([
  {
    what: "a branch",
    files: { HEAD: "ref: refs/heads/main\n", "refs/heads/main": `${HASH}\n` },
    commit: "0123456789ab",
  },
  {
    what: "a branch whose ref is packed",
    files: { HEAD: "ref: refs/heads/main\n", "packed-refs": `# pack-refs\n${HASH} refs/heads/main\n` },
    commit: "0123456789ab",
  },
  { what: "no branch at all", files: { HEAD: `${HASH}\n` }, commit: "0123456789ab" },
  { what: "a ref that is nowhere", files: { HEAD: "ref: refs/heads/gone\n" }, commit: "unknown" },
  { what: "no checkout", files: {}, commit: "unknown" },
])("the commit of $what", ({ files, commit }) => {
  const root = mkdtempSync(join(tmpdir(), "propbot-commit-"));
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, ".git", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(commitOf(root)).toBe(commit);
  rmSync(root, { recursive: true, force: true });
});
