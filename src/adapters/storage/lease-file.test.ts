import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NOW } from "../../../test/kit.ts";
import { after } from "#domain/time.ts";
import { StoreBusy, takeDataDirectory } from "./data-directory.ts";
import { LeaseFile, heldElsewhere } from "./lease-file.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "propbot-lease-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const file = (): string => join(root, "lease.json");
const written = (): unknown => JSON.parse(readFileSync(file(), "utf8"));

describe("the lease of a data directory", () => {
  test("says who may send, and until when; renewed, it lasts longer; released, it is gone", async () => {
    const lease = new LeaseFile(file(), "here:1", 7, NOW);
    expect(written()).toEqual({ holder: "here:1", epoch: 7, expires: NOW + 10_000 });
    const later = after(NOW, 2_000);
    expect(await lease.renew(later)).toEqual({ outcome: "renewed", expires: after(later, 10_000) });
    expect(written()).toEqual({ holder: "here:1", epoch: 7, expires: NOW + 12_000 });
    lease.release();
    expect(existsSync(file())).toBe(false);
  });

  test("is lost to whoever took it, and not taken back", async () => {
    const lease = new LeaseFile(file(), "here:1", 7, NOW);
    const other = new LeaseFile(file(), "there:9", 8, NOW);
    expect(await lease.renew(NOW)).toEqual({ outcome: "lost", says: "there:9 has taken it as run 8" });
    expect(await other.renew(NOW)).toMatchObject({ outcome: "renewed" });
  });

  test("that cannot be written is said to be so", async () => {
    const lease = new LeaseFile(file(), "here:1", 7, NOW);
    rmSync(root, { recursive: true, force: true });
    expect(await lease.renew(NOW)).toEqual({ outcome: "failed", says: expect.stringContaining("ENOENT") });
  });

  test("of another machine stands in the way until it ends; one of this machine does not: the lock would", () => {
    expect(new LeaseFile(file(), "there:9", 8, NOW).epoch).toBe(8);
    expect(heldElsewhere(file(), "here:1", after(NOW, 9_999))).toBe("there:9");
    expect(heldElsewhere(file(), "here:1", after(NOW, 10_000))).toBeNull();
    expect(heldElsewhere(file(), "there:1", NOW)).toBeNull();
    writeFileSync(file(), "{ half");
    expect(heldElsewhere(file(), "here:1", NOW)).toBeNull();
  });

  test("row 66: a start from another machine is refused within a second, and the epoch is not used up", () => {
    const path = join(root, "data");
    const first = takeDataDirectory(path, NOW, () => "ab12");
    first.release();
    expect(new LeaseFile(join(path, "lease.json"), "another-machine:9", 8, NOW).epoch).toBe(8);
    const began = performance.now();
    expect(() => takeDataDirectory(path, NOW, () => "ab12")).toThrow(StoreBusy);
    expect(performance.now() - began).toBeLessThan(1_000);
    const again = takeDataDirectory(path, after(NOW, 11_000), () => "ab12");
    expect(again.epoch).toBe(2);
    again.release();
  });

  test("row 66: a second process of this machine is refused within a second, and takes nothing away", () => {
    const path = join(root, "data");
    const first = takeDataDirectory(path, NOW, () => "ab12");
    const began = performance.now();
    expect(() => takeDataDirectory(path, NOW, () => "ab12")).toThrow(StoreBusy);
    expect([performance.now() - began < 1_000, existsSync(join(path, "lease.json"))]).toEqual([true, true]);
    first.release();
  });
});
