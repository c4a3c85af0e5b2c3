import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { Program, ask, emptyFolder, removeFolders } from "./program.ts";

afterAll(removeFolders);

const TOKEN = "0123456789abcdef0123456789abcdef";

async function startServer(
  data: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ program: Program; url: string }> {
  const given = { PROFILE: "paper", SAFE_MODE: "false", API_TOKEN: TOKEN, PORT: "0", DATA_DIR: data, ...more };
  const program = new Program(["start"], given);
  const url = (await program.complains(/^api +(http:\S+)/m))[1] ?? "";
  return { program, url };
}

const idOf = (body: Record<string, unknown>): unknown => (body["position"] as Record<string, unknown>)["id"];

const stateOf = async (url: string): Promise<Record<string, unknown>> =>
  (await ask(`${url}/api/ui/control-state`, TOKEN)).body;

test("a configured start is on HOLD, resumes when it is asked to, and is on HOLD again after a restart, with its reason", async () => {
  const data = emptyFolder();
  const first = await startServer(data);
  expect(await stateOf(first.url)).toMatchObject({ mode: "HOLD", safe_mode: false, reasons: [{ code: "boot" }] });
  const body = { symbol: "BTCUSDT", min_spread: -1_000, notion_usdt: 1500, leverage: 1 };
  expect(await ask(`${first.url}/api/arb/execute`, TOKEN, body)).toMatchObject({
    status: 403,
    body: { code: "hold_active" },
  });
  const resumeKey = { "idempotency-key": "resume-of-the-first-run" };
  expect((await ask(`${first.url}/api/ui/resume`, TOKEN, {}, resumeKey)).body).toMatchObject({ mode: "RUN" });
  const key = { "idempotency-key": "hedge-of-the-first-run" };
  const opened = await ask(`${first.url}/api/arb/execute`, TOKEN, body, key);
  expect(opened).toMatchObject({ status: 200, body: { success: true } });
  await ask(`${first.url}/api/ui/hold`, TOKEN, { reason: "end of the shift" });
  expect(await first.program.signal("SIGTERM")).toBe(0);

  // As if the process had been killed before it could write down what it answered.
  const store = new Sqlite(join(data, "ledger.db"));
  expect(store.prepare(`update claims set status = null where body like '%"position"%'`).run().changes).toBe(1);
  store.close();

  const second = await startServer(data);
  const state = await stateOf(second.url);
  expect(state["mode"]).toBe("HOLD");
  expect(JSON.stringify(state["reasons"])).toContain("end of the shift");
  const { body: books } = await ask(`${second.url}/api/ui/positions`, TOKEN);
  expect(books["totals"]).toMatchObject({ open: 1 });
  const resumed = await ask(`${second.url}/api/ui/resume`, TOKEN, {}, resumeKey);
  expect([resumed.status, resumed.headers.get("idempotent-replay")]).toEqual([200, "true"]);
  expect((await stateOf(second.url))["mode"]).toBe("HOLD");
  const told = await ask(`${second.url}/api/arb/execute`, TOKEN, body, key);
  expect(told).toMatchObject({ status: 200, body: { success: true, position: { id: idOf(opened.body) } } });
  expect(await second.program.signal("SIGTERM")).toBe(0);
});

test("SAFE_MODE of the environment wins over a state file that says otherwise", async () => {
  const data = emptyFolder();
  const first = await startServer(data);
  await first.program.signal("SIGTERM");
  const second = await startServer(data, { SAFE_MODE: "true" });
  expect(await stateOf(second.url)).toMatchObject({ safe_mode: true });
  const body = { symbol: "BTCUSDT", min_spread: -1_000, notion_usdt: 1500, leverage: 1 };
  expect(await ask(`${second.url}/api/arb/execute`, TOKEN, body)).toMatchObject({
    status: 403,
    body: { code: "safe_mode" },
  });
  await second.program.signal("SIGTERM");
  const third = await startServer(data);
  expect(await stateOf(third.url)).toMatchObject({ safe_mode: true });
  await third.program.signal("SIGTERM");
});

test("standard output is JSON lines and nothing else, and no line carries the token", async () => {
  const { program } = await startServer(emptyFolder());
  await program.signal("SIGTERM");
  const lines = program.out.trim().split("\n");
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
  expect(program.out + program.err).not.toContain(TOKEN);
});
