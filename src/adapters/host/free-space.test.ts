import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aClock } from "../../../test/kit.ts";
import { after } from "#domain/time.ts";
import { FreeSpace } from "./free-space.ts";

test("there is some room where a folder is, asked now and then; none is known of where nothing is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "propbot-room-"));
  const clock = aClock();
  const space = new FreeSpace(folder, clock);
  expect(space.bytes()).toBeGreaterThan(0);
  rmSync(folder, { recursive: true });
  expect(space.bytes()).toBeGreaterThan(0);
  await clock.runUntil(after(clock.now(), 5_000));
  expect(space.bytes()).toBeNull();
});
