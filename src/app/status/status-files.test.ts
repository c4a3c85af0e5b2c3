import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { instantAt } from "#domain/time.ts";
import type { IncidentView } from "#trading/status/incidents.ts";
import { StatusFiles } from "./status-files.ts";

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "propbot-status-"));
  folders.push(made);
  return made;
};
afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true });
});

const incident = (id: string, openedAt: number): IncidentView => ({
  id,
  component: "clock_skew",
  group: "P0",
  title: "Clock skew is HOLD",
  level: "HOLD",
  openedAt: instantAt(openedAt),
  acknowledgedBy: null,
  acknowledgedAt: null,
  closedAt: null,
  closedBy: null,
  timeline: [{ at: instantAt(openedAt), actor: "system", says: "HOLD: too far apart" }],
});
const never = (says: string): void => {
  throw new Error(says);
};

test("objectives and incidents are found again, the newest first; a changed one replaces itself", () => {
  const data = folder();
  const files = new StatusFiles(data, never);
  expect([files.objectives, files.incidents]).toEqual([{}, []]);
  files.keepObjectives({ reject_rate: { breachedSince: 5, days: [[1, 60, 2]] } });
  files.keepIncident(incident("inA", 1));
  files.keepIncident(incident("inB", 2));
  files.keepIncident({ ...incident("inA", 1), acknowledgedBy: "alice" });
  const again = new StatusFiles(data, never);
  expect(again.objectives.reject_rate).toEqual({ breachedSince: 5, days: [[1, 60, 2]] });
  expect(again.incidents.map(({ id, acknowledgedBy }) => [id, acknowledgedBy])).toEqual([
    ["inB", null],
    ["inA", "alice"],
  ]);
});

test("what cannot be read is said, left as it is, and stops nothing", () => {
  const data = folder();
  new StatusFiles(data, never).keepIncident(incident("inA", 1));
  writeFileSync(join(data, "incidents", "inB.json"), "{ half");
  writeFileSync(join(data, "incidents", "inC.json"), "{}");
  writeFileSync(join(data, "objectives.json"), "[");
  const said: string[] = [];
  const again = new StatusFiles(data, (says) => said.push(says));
  expect([again.objectives.reject_rate?.breachedSince ?? null, again.incidents.map(({ id }) => id)]).toEqual([
    null,
    ["inA"],
  ]);
  expect(said).toHaveLength(3);
  expect(readdirSync(join(data, "incidents")).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    "inA.json",
    "inB.json",
    "inC.json",
  ]);
  expect(readFileSync(join(data, "incidents", "inB.json"), "utf8")).toBe("{ half");
});

test("a disk that refuses is said, and the status goes on", () => {
  const data = folder();
  const said: string[] = [];
  const files = new StatusFiles(data, (says) => said.push(says));
  rmSync(join(data, "incidents"), { recursive: true });
  files.keepIncident(incident("inA", 1));
  expect(said).toEqual([expect.stringMatching(/inA\.json could not be written/)]);
});
