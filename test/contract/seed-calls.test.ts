import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecretsFile } from "#adapters/storage/secrets-file.ts";
import { SecretKeeper } from "#app/secret-keeper.ts";
import { tryKeys } from "#app/try-keys.ts";
import { ringsOf } from "#app/venue-settings.ts";
import { type Answered, type SecretParts, type Stage, TOKEN, stage } from "./stage.ts";

/*
 * The calls of the old system's README and command line, as they stand there: curl lines, and what propbotctl sends.
 */

const BEARER = { authorization: `Bearer ${TOKEN}` };
const FRESH = "new-secret";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "propbot-seed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keeper({ clock, venueSettings, venueDeps }: SecretParts): SecretKeeper {
  const rings = ringsOf(venueSettings);
  const key = { kind: "key", key: Buffer.alloc(32, 1) } as const;
  const file = new SecretsFile({ path: join(folder, "secrets.json"), key, draw: (bytes) => randomBytes(bytes) });
  const use = (part: "apiKey" | "secret") => ({ kind: "key", leg: 0, part }) as const;
  return new SecretKeeper({
    file,
    clock,
    slots: [
      { name: "BINANCE_LV_API_KEY", value: rings[0].apiKey, use: use("apiKey") },
      { name: "BINANCE_LV_API_SECRET", value: rings[0].secret, use: use("secret") },
    ],
    rings,
    tryKeys: (leg, keys) => tryKeys(venueSettings, venueDeps, leg, keys),
    useToken: () => undefined,
    redact: () => undefined,
  });
}

describe("the command line, from a start on HOLD to the export of its events", () => {
  let on: Stage;
  const send = (method: "GET" | "POST" | "PATCH", url: string, body?: object): Promise<Answered> =>
    on.ask(method, url, body, BEARER);
  beforeAll(async () => {
    on = await stage({ auth: true, secrets: keeper, control: { mode: "HOLD" } });
    on.feed.subscribe((event) => on.ledger.record(event));
  });

  test("status: overall is HOLD", async () => {
    const { status, body } = await send("GET", "/api/ui/status/overview");
    expect([status, body.overall]).toEqual([200, "HOLD"]);
  });

  test("components: each has its status", async () => {
    const { status, body } = await send("GET", "/api/ui/status/components");
    expect([status, body.components.length]).toEqual([200, 30]);
  });

  test("resume: PATCH control with mode RUN trades again", async () => {
    const { status, body } = await send("PATCH", "/api/ui/control", { mode: "RUN" });
    expect([status, body.control.mode, body.changes]).toEqual([200, "RUN", ["mode"]]);
  });

  test("pause: PATCH control with mode HOLD stops at once", async () => {
    const { status, body } = await send("PATCH", "/api/ui/control", { mode: "HOLD" });
    expect([status, body.control.mode]).toEqual([200, "HOLD"]);
    const refused = await send("POST", "/api/arb/execute", {
      symbol: "BTCUSDT",
      min_spread: 2.5,
      notion_usdt: 1500,
      leverage: 3,
    });
    expect([refused.status, refused.body.code]).toEqual([403, "hold_active"]);
  });

  test("resume and pause have routes of their own too", async () => {
    expect((await send("POST", "/api/ui/resume")).body.mode).toBe("RUN");
    expect((await send("POST", "/api/ui/hold")).body.mode).toBe("HOLD");
  });

  test("rotate-key: the secret is tried, kept and used, and nowhere shown", async () => {
    const { apiKey } = on.simulated.keys[0];
    on.simulated.admit(0, { apiKey, secret: FRESH, passphrase: "" });
    const { status, body } = await send("POST", "/api/ui/secret", { name: "BINANCE_LV_API_SECRET", value: FRESH });
    expect([status, body]).toEqual([200, { status: "ok", version: 1 }]);
    const { body: listed } = await send("GET", "/api/ui/secret");
    expect(listed.slots[1]).toMatchObject({ name: "BINANCE_LV_API_SECRET", version: 1, in_use: true });
    expect(JSON.stringify(listed)).not.toContain(FRESH);
  });

  test("export-log: a JSON file of what happened", async () => {
    const answer = await on.ask("GET", "/api/ui/events/export", undefined, { ...BEARER, accept: "application/json" });
    expect([answer.status, answer.headers["content-disposition"]]).toEqual([
      200,
      expect.stringMatching(/^attachment; filename="propbot-events-.*\.json"$/),
    ]);
    const codes = answer.body.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(expect.arrayContaining(["resume", "operator"]));
    expect(JSON.stringify(answer.body)).not.toContain(FRESH);
  });

  test("without the token each of them is 401, but for what may be read", async () => {
    const mutating = [
      ["PATCH", "/api/ui/control", { mode: "RUN" }],
      ["POST", "/api/ui/secret", { name: "BINANCE_LV_API_SECRET", value: FRESH }],
      ["GET", "/api/ui/events/export", undefined],
    ] as const;
    for (const [method, url, body] of mutating)
      expect([url, (await on.ask(method, url, body)).status]).toEqual([url, 401]);
    for (const url of ["/api/ui/status/overview", "/api/ui/status/components", "/healthz", "/docs"])
      expect([url, (await on.ask("GET", url)).status < 400]).toEqual([url, true]);
  });
});

describe("every route of the contract, with its aliases", () => {
  const GET = `/healthz /health /livez /readyz /live-readiness /metrics /openapi.json /docs
    /api/arb/opportunity /api/arb/opportunities /api/arb/edge /api/arb/skipped
    /api/ui/state /api/ui/control-state /api/ui/positions /api/ui/orders /api/ui/pnl /api/ui/exposure /api/ui/limits
    /api/ui/universe /api/ui/plan/last /api/risk/state /api/deriv/status /api/deriv/positions
    /api/ui/recon/status /api/ui/recon/history /api/ui/approvals /api/ui/events /api/ui/events/export
    /api/ui/portfolio/export /api/ui/incidents /api/ui/incidents/inNOBODY/export /api/ui/secret
    /api/ui/status/overview /api/ui/status/components /api/ui/status/slo`.split(/\s+/);
  const POST =
    `/api/arb/preview /api/arb/execute /api/arb/confirm /api/ui/hold /api/ui/resume /api/ui/stop /api/ui/reset
    /api/ui/kill /api/ui/cancel_all /api/ui/cancel-all /api/ui/close_exposure /api/hedge/flatten
    /api/ui/positions/psNOBODY/close /api/deriv/setup /api/ui/recon/run /api/ui/approvals
    /api/ui/approvals/apNOBODY/approve /api/ui/approvals/apNOBODY/reject /api/ui/incidents/inNOBODY/ack /api/ui/secret
    /api/ui/config/validate /api/ui/config/apply /api/ui/config/rollback`.split(/\s+/);
  let on: Stage;
  beforeAll(async () => {
    on = await stage({ metrics: { money: false, legacy: false } });
  });

  test.each([
    ...GET.map((url) => ["GET", url] as const),
    ...POST.map((url) => ["POST", url] as const),
    ["PATCH", "/api/ui/control"] as const,
  ])("%s %s is there", async (method, url) => {
    const { status, body } = await on.ask(method, url);
    expect([status < 500 && status !== 405, body?.code === "not_found"]).toEqual([true, false]);
  });
});
