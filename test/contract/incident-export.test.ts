import { gunzipSync } from "node:zlib";
import { spawnSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { redactor } from "#adapters/host/redact.ts";
import { after, isoTime } from "#domain/time.ts";
import { turn } from "../kit.ts";
import { TOKEN, type Stage, stage } from "./stage.ts";

const BEARER = { authorization: `Bearer ${TOKEN}` };
const KEY = "a-key-that-was-pasted-into-a-reason";
const MINUTE = 60_000;

let on: Stage;
let url: string;
let archive: Buffer;
let headers: Readonly<Record<string, unknown>>;

const unpacked = (name: string): string =>
  spawnSync("tar", ["-xOf", "-", name], { input: gunzipSync(archive), encoding: "utf8" }).stdout;

beforeAll(async () => {
  on = await stage({ auth: true, facts: { redact: redactor([KEY]) }, paces: { clockMs: 2_000 } });
  on.feed.subscribe((event) => on.ledger.record(event));
  const say = (code: string): void =>
    on.engine.rooms.tell({ level: "info", type: "control", code, says: `${KEY} ${code}` });
  say("long_before");
  await on.pass(6 * MINUTE);
  say("shortly_before");
  on.engine.rooms.controller.hold("operator", `enough, says ${KEY}`);
  on.venueClock.skewMs = 4_000;
  await on.pass(10_000);
  const { body } = await on.ask("GET", "/api/ui/incidents", undefined, BEARER);
  url = `/api/ui/incidents/${body.incidents[0].id}/export`;
  const answer = await turn(on.clock, on.api.inject({ method: "GET", url, headers: BEARER }));
  archive = answer.rawPayload;
  headers = answer.headers;
});

test("it is an archive with a name, and with everything that README.txt says", () => {
  const id = url.split("/")[4];
  expect(headers).toMatchObject({
    "content-type": "application/gzip",
    "content-disposition": `attachment; filename="incident-${id}.tar.gz"`,
    "cache-control": "no-store",
  });
  const listed = spawnSync("tar", ["-tf", "-"], { input: gunzipSync(archive), encoding: "utf8" }).stdout;
  expect(listed.trim().split("\n")).toEqual([
    "README.txt",
    "incident.json",
    "events.ndjson",
    "status.json",
    "control.json",
    "settings.json",
    "recon.json",
  ]);
  expect(JSON.parse(unpacked("incident.json"))).toMatchObject({ id, status: "open" });
  expect(JSON.parse(unpacked("control.json"))).toMatchObject({ mode: "HOLD" });
  expect(JSON.parse(unpacked("settings.json"))).toHaveProperty("order_notional_usdt", "1500");
  expect(JSON.parse(unpacked("recon.json"))).toMatchObject({ verdict: "clean" });
  expect(JSON.parse(unpacked("status.json"))).toHaveProperty("components");
});

test("its events begin five minutes before", () => {
  const { opened_at } = JSON.parse(unpacked("incident.json")) as { opened_at: string };
  const events = unpacked("events.ndjson")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { ts: string; code: string });
  const codes = events.map(({ code }) => code);
  expect([codes.includes("shortly_before"), codes.includes("long_before")]).toEqual([true, false]);
  const first = isoTime(after(on.clock.now(), Date.parse(opened_at) - on.clock.now() - 5 * MINUTE));
  expect(events.every(({ ts }) => ts >= first)).toBe(true);
  expect(unpacked("README.txt")).toContain(`${events.length} events`);
});

test("no secret is in it, whoever wrote it where", () => {
  const whole = gunzipSync(archive).toString("latin1");
  expect([whole.includes(KEY), whole.includes("***")]).toEqual([false, true]);
});

test("it needs a credential, and an incident", async () => {
  expect((await on.ask("GET", url)).status).toBe(401);
  const missing = await on.ask("GET", "/api/ui/incidents/inNOBODY/export", undefined, BEARER);
  expect([missing.status, missing.body.code]).toEqual([404, "incident_not_found"]);
});

test("that it was taken is an event", async () => {
  const { body } = await on.ask("GET", "/api/ui/events?search=exported", undefined, BEARER);
  expect(body.items[0].message).toMatch(/^operator exports incident in[a-z0-9]+ as tar\.gz$/);
});
