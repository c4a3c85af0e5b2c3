import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { AuditLog } from "#adapters/storage/audit-log.ts";
import { MINUTE, after, instantAt } from "#domain/time.ts";
import { NO_SECRETS } from "#trading/control/secret-room.ts";
import { AuditWatch } from "./audit-watch.ts";
import { ConfigWatch } from "./config-watch.ts";
import { DocsWatch } from "./docs-watch.ts";
import { KeysWatch } from "./keys-watch.ts";

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "propbot-watch-"));
  closers.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};
const NOW = instantAt(1_800_000_000_000);

describe("the audit record", () => {
  test("is read back as a whole beside the loop, and what was changed in it while we ran is said once", async () => {
    const clock = new SystemClock();
    const data = folder();
    const path = join(data, "audit");
    const key = Buffer.alloc(32, 7);
    const failed = (says: string): void => {
      throw new Error(says);
    };
    const audit = new AuditLog(path, { clock, boot: 1, key, anchored: () => undefined, failed });
    closers.push(() => audit.close());
    for (let row = 0; row < 50; row += 1) audit.commit([{ actor: "alice", action: "test.row", data: { row } }]);
    const first = watched(audit);
    await expect.poll(() => first.health().verified?.sequence).toBe(50);
    expect([first.health().fault, first.health().sequence]).toEqual([null, 50]);
    // Somebody with access to the files takes a row out.
    const [segment = ""] = readdirSync(path).filter((name) => name.startsWith("audit-"));
    const lines = readFileSync(join(path, segment), "utf8").split("\n");
    writeFileSync(join(path, segment), lines.toSpliced(20, 1).join("\n"));
    const said: string[] = [];
    const second = watched(audit, (says) => said.push(says));
    await expect.poll(() => second.health().fault).not.toBeNull();
    expect(second.health().fault).toMatch(/row 21 .*audit-\d+\.log, line 21/);
    expect([said.length, second.health().verified]).toEqual([1, null]);

    function watched(log: AuditLog, broken: (says: string) => void = failed): AuditWatch {
      const watch = new AuditWatch({ clock, audit: log, folder: path, key, broken });
      closers.push(() => watch.close());
      watch.begin();
      return watch;
    }
  });
});

describe("keys", () => {
  const look = (files: readonly string[], token: string, paper = false) => {
    const watch = new KeysWatch({ clock: new VirtualClock(NOW), files, secrets: NO_SECRETS, token, paper });
    return watch.health();
  };

  test("a file that others may read is named with the fix; one that is not there is nobody's", () => {
    const data = folder();
    const [open, shut] = [join(data, "open"), join(data, "shut")];
    writeFileSync(open, "x", { mode: 0o600 });
    writeFileSync(shut, "x", { mode: 0o600 });
    chmodSync(open, 0o640);
    const health = look([open, shut, join(data, "gone")], "");
    expect(health).toMatchObject({
      exposed: [`${open} can be read by others: chmod go-rwx ${open}`],
      weak: [],
      grave: true,
    });
  });

  test("a token that is guessed is named, and never repeated", () => {
    const health = look([], "changeme", true);
    expect(health).toMatchObject({ weak: ["API_TOKEN"], grave: false, oldestDays: null, ageless: 0 });
    expect(JSON.stringify(health)).not.toContain("changeme");
    expect(look([], "f3c1b6a9e0d24f7b8a5c6d7e8f901234").weak).toEqual([]);
  });
});

describe("the configuration", () => {
  test("a file that was changed is told from the one that was loaded, with what the next start would say to it", async () => {
    const clock = new VirtualClock(NOW);
    const path = join(folder(), ".env");
    writeFileSync(path, "PROFILE=paper\n");
    const watch = new ConfigWatch({ clock, path, environment: { PROFILE: "paper" } });
    closers.push(() => watch.close());
    watch.begin();
    const { loaded, file, problems } = watch.health();
    expect([loaded === file, problems]).toEqual([true, []]);
    writeFileSync(path, "PROFILE=paper\nPORT=seventy\n");
    await clock.runUntil(after(NOW, MINUTE + 1));
    expect(watch.health()).toMatchObject({
      loaded,
      problems: [expect.stringMatching(/^PORT: must be a whole number/)],
    });
    expect(watch.health().file).not.toBe(loaded);
    rmSync(path);
    await clock.runUntil(after(NOW, 2 * MINUTE + 1));
    expect(watch.health()).toMatchObject({ file: null, path, problems: [] });
  });

  test("without a file it is the environment, and tells nothing of it", () => {
    const watch = new ConfigWatch({ clock: new VirtualClock(NOW), path: null, environment: { API_TOKEN: "hush" } });
    expect(watch.health()).toMatchObject({ path: null, file: null, loaded: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

describe("what the components point to", () => {
  test("every section of the handbook is there; a route that is not is named", () => {
    const watch = new DocsWatch(new VirtualClock(NOW), () => ["/readyz"]);
    closers.push(() => watch.close());
    expect(watch.health()).toBeNull();
    watch.begin();
    const dead = watch.health()?.dead ?? [];
    expect(dead).toContain("/api/ui/status/slo");
    expect(dead.filter((link) => link.startsWith("docs/"))).toEqual([]);
  });
});
