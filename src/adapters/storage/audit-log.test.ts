import { appendFileSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { instantAt } from "#domain/time.ts";
import type { AuditNote } from "#ports/audit.ts";
import { AuditLog, SNAPSHOT } from "./audit-log.ts";
import { verifyAudit } from "./audit-verify.ts";

const KEY = Buffer.alloc(32, 7);

const aNote = (n: number): AuditNote => ({
  actor: "alice",
  action: "control.hold",
  data: { n, reason: `number ${n}` },
});
const folderOf = (): string => join(mkdtempSync(join(tmpdir(), "propbot-audit-")), "audit");

function opened(folder: string, boot = 1) {
  const anchors: number[] = [];
  const failures: string[] = [];
  const log = new AuditLog(folder, {
    clock: new VirtualClock(instantAt(1_767_225_600_000)),
    boot,
    key: KEY,
    anchored: ({ sequence }) => anchors.push(sequence),
    failed: (says) => failures.push(says),
  });
  return { log, anchors, failures };
}

function written(rows: number): { readonly folder: string; readonly file: string; readonly lines: readonly string[] } {
  const folder = folderOf();
  const { log } = opened(folder);
  for (let n = 1; n <= rows; n += 1) log.commit([aNote(n)]);
  log.close();
  const file = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith(".log"))!,
  );
  return { folder, file, lines: readFileSync(file, "utf8").trimEnd().split("\n") };
}

test("what was committed is on record, in order, and verifies", async () => {
  const { folder, lines } = written(3);
  expect(lines.map((line) => (JSON.parse(line) as { data: { n: number } }).data.n)).toEqual([1, 2, 3]);
  expect(await verifyAudit(folder, KEY)).toMatchObject({ rows: 3, faults: [], anchoredTo: 3 });
});

test("a note waits for its turn and goes down with the next commit, before it", () => {
  const folder = folderOf();
  const { log } = opened(folder);
  log.note(aNote(1));
  log.commit([aNote(2)]);
  expect(readFileSync(join(folder, "audit-000000000001.log"), "utf8")).toMatch(/"n":1[^\n]*\n[^\n]*"n":2/);
});

test("the next start goes on where the last one ended", async () => {
  const { folder } = written(3);
  const { log } = opened(folder, 2);
  log.commit([aNote(4)]);
  log.close();
  expect(await verifyAudit(folder, KEY)).toMatchObject({ rows: 4, faults: [] });
});

test("what control is read back from begins with the last snapshot", () => {
  const folder = folderOf();
  const first = opened(folder).log;
  first.commit([aNote(1)]);
  first.commit([{ actor: "system", action: SNAPSHOT, data: {} }]);
  first.commit([aNote(2), { actor: "bob", action: "approval.approved", data: {} }]);
  first.commit([{ actor: "system", action: "hedge.opened", data: {} }]);
  first.close();
  expect([...opened(folder, 2).log.recent()].map(({ action }) => action)).toEqual([
    SNAPSHOT,
    "control.hold",
    "approval.approved",
  ]);
});

test.each([
  ["half a row", (file: string) => appendFileSync(file, '{"action":"control.hold","act')],
  [
    "the first of two rows of one commit",
    (file: string) => {
      const lines = readFileSync(file, "utf8").split("\n");
      writeFileSync(file, `${lines.slice(0, 4).join("\n")}\n`);
    },
  ],
])("%s, left by a crash, is cut off and said; the chain goes on", async (_name, crash) => {
  const { folder, file } = written(3);
  const { log } = opened(folder, 2);
  if (_name !== "half a row") log.commit([aNote(4), aNote(5)]);
  crash(file);
  const after = opened(folder, 3).log;
  expect(after.findings.join()).toMatch(/in the middle of a commit/);
  after.commit([aNote(4)]);
  after.close();
  expect((await verifyAudit(folder, KEY)).faults).toEqual([]);
});

const ROWS = 250;
const KINDS = {
  changed: (lines: readonly string[], at: number) => lines.with(at, lines[at]!.replace("alice", "mallo")),
  deleted: (lines: readonly string[], at: number) => lines.toSpliced(at, 1),
  inserted: (lines: readonly string[], at: number) => lines.toSpliced(at, 0, lines[(at + 120) % lines.length]!),
  reordered: (lines: readonly string[], at: number) =>
    at === 0 ? lines.with(0, lines[1]!).with(1, lines[0]!) : lines.with(at, lines[at - 1]!).with(at - 1, lines[at]!),
  truncated: (lines: readonly string[], at: number) => lines.slice(0, at),
} as const;

test.each(Object.entries(KINDS))("any one row %s is named", async (kind, mutate) => {
  const { folder, file, lines } = written(ROWS);
  const places = Array.from({ length: ROWS }, (_, at) => at);
  const missed: number[] = [];
  for (const at of places) {
    writeFileSync(
      file,
      mutate(lines, at)
        .map((line) => `${line}\n`)
        .join(""),
    );
    const { faults } = await verifyAudit(folder, KEY);
    const row = kind === "reordered" && at > 0 ? at : at + 1;
    if (faults[0]?.row !== row) missed.push(at);
  }
  expect(missed).toEqual([]);
});

test("an anchor of another key, or a changed one, is not believed", async () => {
  const { folder } = written(3);
  expect((await verifyAudit(folder, Buffer.alloc(32, 8))).faults[0]?.says).toMatch(/anchor/);
  writeFileSync(join(folder, "head.json"), "{}");
  expect((await verifyAudit(folder, KEY)).faults[0]?.says).toMatch(/anchor/);
});

test("a changed row is found at the next start too", () => {
  const { folder, file, lines } = written(3);
  writeFileSync(
    file,
    KINDS.changed(lines, 1)
      .map((line) => `${line}\n`)
      .join(""),
  );
  expect(opened(folder, 2).log.findings.join()).toMatch(/row 2 .* does not verify/);
});

test("every hundred rows and at the end the head is anchored elsewhere too", () => {
  const folder = folderOf();
  const { log, anchors } = opened(folder);
  for (let n = 1; n <= 150; n += 1) log.commit([aNote(n)]);
  log.close();
  expect(anchors).toEqual([100, 150]);
});

test("while nothing can be written the oldest notes give way, and how many is on record", async () => {
  const folder = folderOf();
  const { log } = opened(folder);
  for (let n = 1; n <= 20_005; n += 1) log.note(aNote(n));
  log.commit([aNote(0)]);
  log.close();
  const [first, second] = readFileSync(join(folder, "audit-000000000001.log"), "utf8").split("\n");
  expect([JSON.parse(first!), JSON.parse(second!)]).toMatchObject([
    { action: "audit.lost", data: { rows: 5 } },
    { action: "control.hold", data: { n: 6 } },
  ]);
  expect((await verifyAudit(folder, KEY)).faults).toEqual([]);
});
