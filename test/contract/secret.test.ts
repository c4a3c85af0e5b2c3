import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SecretsFile } from "#adapters/storage/secrets-file.ts";
import { SecretKeeper } from "#app/secret-keeper.ts";
import type { Slot } from "#app/secret-slots.ts";
import { tryKeys } from "#app/try-keys.ts";
import { ringsOf } from "#app/venue-settings.ts";
import { APPROVAL_TTL_MS } from "#domain/approval.ts";
import { type Answered, type SecretParts, type Stage, type StageGiven, TOKEN, stage } from "./stage.ts";

const ALICE = "a".repeat(40);
const BOB = "b".repeat(40);
const VERA = "v".repeat(40);
const FRESH = { apiKey: "fresh-okx-key-0001", secret: "fresh-okx-secret-0001", passphrase: "fresh-passphrase" };
const FRESH_OKX = {
  OKX_API_KEY: FRESH.apiKey,
  OKX_API_SECRET: FRESH.secret,
  OKX_API_PASSPHRASE: FRESH.passphrase,
};
const FRESH_TOKEN = "9f2c4be1a7d05386cc17e94b20fd6a83";
const SECRET = "/api/ui/secret";
const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 3 };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "propbot-rotation-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (): string => join(folder, "secrets.json");
const openFile = (): SecretsFile =>
  new SecretsFile({
    path: path(),
    key: { kind: "key", key: Buffer.alloc(32, 1) },
    draw: (bytes) => randomBytes(bytes),
  });

function keeper(
  { clock, venueSettings, venueDeps, people }: SecretParts,
  redacted: string[],
  file: SecretsFile | null,
): SecretKeeper {
  const rings = ringsOf(venueSettings);
  const key = (name: string, leg: 0 | 1, part: "apiKey" | "secret" | "passphrase"): Slot => ({
    name,
    value: rings[leg][part],
    use: { kind: "key", leg, part },
  });
  return new SecretKeeper({
    file,
    clock,
    slots: [
      { name: "API_TOKEN", value: TOKEN, use: { kind: "token" } },
      key("BINANCE_LV_API_KEY", 0, "apiKey"),
      key("BINANCE_LV_API_SECRET", 0, "secret"),
      key("OKX_API_KEY", 1, "apiKey"),
      key("OKX_API_SECRET", 1, "secret"),
      key("OKX_API_PASSPHRASE", 1, "passphrase"),
      { name: "OKX_API_KEY_TESTNET", value: "", use: { kind: "none" } },
    ],
    rings,
    tryKeys: (leg, keys) => tryKeys(venueSettings, venueDeps, leg, keys),
    useToken: (fresh) => {
      people.delete(TOKEN);
      people.set(fresh, { name: "operator", role: "operator" });
    },
    redact: (value) => void redacted.push(value),
  });
}

interface Given extends StageGiven {
  readonly file?: SecretsFile | null;
}

interface Set extends Stage {
  readonly redacted: string[];
  readonly heard: string[];
}

/** On HOLD, as after a start, with a file for secrets; every text that goes to a venue is heard. */
async function set({ file = openFile(), ...given }: Given = {}): Promise<Set> {
  const redacted: string[] = [];
  const heard: string[] = [];
  const made = await stage({
    secrets: (parts) => keeper(parts, redacted, file),
    overhear: (text) => void heard.push(text),
    ...given,
    control: { mode: "HOLD", ...given.control },
  });
  return { ...made, redacted, heard };
}

const slotOf = async ({ ask }: Stage, name: string) =>
  (await ask("GET", SECRET)).body.slots.find((slot: { name: string }) => slot.name === name);
const all = (answer: Answered): string => JSON.stringify(answer.body);

describe("a rotation", () => {
  test("takes new keys into use without a restart: the account is read, streams stand, orders go out", async () => {
    const on = await set();
    on.simulated.admit(1, FRESH);
    const answer = await on.ask("POST", SECRET, FRESH_OKX);
    expect([answer.status, answer.body]).toEqual([200, { status: "ok", version: 1 }]);
    const before = on.heard.length;
    await on.pass(5_000);
    const logins = on.heard.slice(before).filter((text) => text.includes('"op":"login"'));
    expect(logins.length).toBeGreaterThanOrEqual(2);
    for (const text of logins) expect(text).toContain(FRESH.apiKey);
    expect((await on.ask("POST", "/api/ui/resume")).body.mode).toBe("RUN");
    const { body } = await on.ask("POST", "/api/arb/execute", EXECUTE);
    expect([body.success, body.short_order.status]).toEqual([true, "filled"]);
  });

  test("on Binance: the streams get a key of the new ones, and orders are signed with them", async () => {
    const on = await set();
    const fresh = { apiKey: "fresh-binance-key", secret: "fresh-binance-secret", passphrase: "" };
    on.simulated.admit(0, fresh);
    const body = { BINANCE_LV_API_KEY: fresh.apiKey, BINANCE_LV_API_SECRET: fresh.secret };
    expect((await on.ask("POST", SECRET, body)).body).toEqual({ status: "ok", version: 1 });
    const before = on.heard.length;
    await on.pass(5_000);
    expect(on.heard.slice(before).some((text) => text.startsWith("POST /fapi/v1/listenKey"))).toBe(true);
    await on.ask("POST", "/api/ui/resume");
    expect((await on.ask("POST", "/api/arb/execute", EXECUTE)).body.long_order.status).toBe("filled");
    expect(on.heard.some((text) => text.includes(`"apiKey":"${fresh.apiKey}"`))).toBe(true);
  });

  test("of one part keeps the others", async () => {
    const on = await set();
    const [, okx] = on.simulated.keys;
    on.simulated.admit(1, { ...okx, secret: FRESH.secret });
    const answer = await on.ask("POST", SECRET, { name: "OKX_API_SECRET", value: FRESH.secret });
    expect(answer.body).toEqual({ status: "ok", version: 1 });
    expect(await slotOf(on, "OKX_API_SECRET")).toMatchObject({ version: 1, since: expect.any(String), in_use: true });
    expect(await slotOf(on, "OKX_API_KEY")).toMatchObject({ version: 0, since: null, in_use: true });
    expect([...openFile().stored.values()]).toMatchObject([{ value: FRESH.secret, version: 1 }]);
  });

  test("of the API token: the old one is nobody's at once", async () => {
    const on = await set({ auth: true });
    const as = (token: string) => ({ authorization: `Bearer ${token}` });
    const weak = await on.ask("POST", SECRET, { name: "API_TOKEN", value: "x".repeat(40) }, as(TOKEN));
    expect([weak.status, weak.body.code]).toEqual([422, "not_possible"]);
    expect((await on.ask("POST", SECRET, { API_TOKEN: FRESH_TOKEN }, as(TOKEN))).body.version).toBe(1);
    expect((await on.ask("GET", SECRET, undefined, as(TOKEN))).status).toBe(401);
    expect((await on.ask("GET", SECRET, undefined, as(FRESH_TOKEN))).status).toBe(200);
  });

  test("leaves no value in an answer, in the record or in the file", async () => {
    const on = await set();
    on.simulated.admit(1, FRESH);
    const answers = [await on.ask("POST", SECRET, FRESH_OKX), await on.ask("GET", SECRET)];
    const written = answers.map(all).join() + JSON.stringify(on.audit.rows) + readFileSync(path(), "utf8");
    for (const value of Object.values(FRESH)) expect(written).not.toContain(value.slice(0, 8));
    expect(on.redacted).toEqual(expect.arrayContaining(Object.values(FRESH)));
    expect(on.audit.rows.map(({ action }) => action)).toContain("control.rotate_secret");
  });
});

describe("nothing is changed, and the answer says why", () => {
  test("by keys the venue refuses", async () => {
    const on = await set();
    const answer = await on.ask("POST", SECRET, FRESH_OKX);
    expect([answer.status, answer.body.code]).toEqual([422, "key_refused"]);
    expect(answer.body.detail).toMatch(/okx-perp does not accept these keys.*nothing was changed/);
    expect(all(answer)).not.toContain("fresh");
    expect((await slotOf(on, "OKX_API_KEY")).version).toBe(0);
    expect(openFile().stored.size).toBe(0);
    expect((await on.ask("POST", "/api/ui/resume")).body.mode).toBe("RUN");
  });

  test("while the venue cannot be asked", async () => {
    const on = await set();
    on.wire.takeDown("http://okx.simulated");
    const answer = await on.ask("POST", SECRET, FRESH_OKX);
    expect([answer.status, answer.body.code]).toEqual([422, "key_refused"]);
    expect(answer.body.detail).toMatch(/okx-perp could not be asked/);
  });

  test("out of HOLD, and the venue is not even asked", async () => {
    const on = await set({ control: { mode: "RUN" } });
    const before = on.heard.length;
    const answer = await on.ask("POST", SECRET, FRESH_OKX);
    expect([answer.status, answer.body.code]).toEqual([409, "not_on_hold"]);
    expect(on.heard.slice(before).filter((text) => text.includes("/account/config"))).toEqual([]);
  });

  test("without SECRETS_KEY_FILE", async () => {
    const on = await set({ file: null });
    expect((await on.ask("GET", SECRET)).body).toMatchObject({
      storable: false,
      detail: expect.stringMatching(/SECRETS_KEY_FILE/),
    });
    const answer = await on.ask("POST", SECRET, FRESH_OKX);
    expect([answer.status, answer.body.code]).toEqual([409, "secrets_closed"]);
    expect(answer.body.detail).toMatch(/set SECRETS_KEY_FILE to a file of mode 0600/);
  });

  test("when the file cannot be written: the old keys stay in use", async () => {
    const on = await set();
    on.simulated.admit(1, FRESH);
    rmSync(folder, { recursive: true });
    const answer = await on.ask("POST", SECRET, FRESH_OKX);
    expect([answer.status, answer.body.code]).toEqual([503, "not_stored"]);
    expect(answer.body.detail).toMatch(/cannot be written.*nothing was changed/);
    expect(on.audit.rows.map(({ action }) => action)).toContain("control.rotate_secret_failed");
    expect((await slotOf(on, "OKX_API_KEY")).version).toBe(0);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ["a name that is no secret", { MAX_LEVERAGE: "3" }, /MAX_LEVERAGE: is no secret of ours/],
    ["a slot of another profile", { OKX_API_KEY_TESTNET: "x1234567" }, /OKX_API_KEY_TESTNET: is not in use/],
    ["the value of another slot", { OKX_API_KEY: "same-one", OKX_API_SECRET: "same-one" }, /must not be the same as/],
    ["the token as a key", { OKX_API_KEY: TOKEN }, /must not be the same as API_TOKEN/],
    ["a value with blanks around it", { OKX_API_SECRET: " x1234567" }, /must not begin or end with a blank/],
    ["a value that fits into no header", { OKX_API_KEY: "x1\n23" }, /as they fit into a header/],
    [
      "a Binance key that is none",
      { BINANCE_LV_API_SECRET: "-----BEGIN PRIVATE KEY-----x" },
      /BINANCE_LV_API_SECRET: must be an Ed25519 private key/,
    ],
  ])("by %s", async (_what, body, says) => {
    const on = await set();
    const answer = await on.ask("POST", SECRET, body);
    expect([answer.status, answer.body.code]).toEqual([422, "not_possible"]);
    expect(answer.body.detail).toMatch(says);
    expect(all(answer)).not.toMatch(/x1234567|same-one/);
  });

  test("by what it is already", async () => {
    const on = await set();
    const answer = await on.ask("POST", SECRET, { OKX_API_SECRET: on.simulated.keys[1].secret });
    expect(answer.body.detail).toMatch(/is what it was already/);
  });

  test.each([
    {},
    [],
    { name: "OKX_API_SECRET" },
    { name: "OKX_API_SECRET", value: "" },
    { OKX_API_SECRET: 5 },
    { a: "b" },
  ])("by a body like %j", async (body) => {
    const answer = await (await set()).ask("POST", SECRET, body);
    expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
  });

  test("by a request at the other door, which never held the values", async () => {
    const on = await set();
    const params = { names: "OKX_API_SECRET", value: "smuggled-in-value" };
    const answer = await on.ask("POST", "/api/ui/approvals", { action: "rotate_secret", params });
    expect([answer.status, answer.body.code]).toEqual([422, "not_possible"]);
    expect(JSON.stringify(on.audit.rows)).not.toContain("smuggled");
  });
});

describe("where money is real it takes two", () => {
  const real = (given: Given = {}): Promise<Set> =>
    set({
      auth: true,
      people: { [ALICE]: "alice", [BOB]: "bob" },
      viewers: { [VERA]: "vera" },
      facts: { profile: "live" },
      ...given,
    });
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const asked = async (on: Stage) => {
    const answer = await on.ask("POST", SECRET, FRESH_OKX, as(ALICE));
    expect([answer.status, answer.body.code]).toEqual([403, "approvals_missing"]);
    const [request] = (await on.ask("GET", "/api/ui/approvals", undefined, as(BOB))).body.items;
    return request as { id: string; params_hash: string; params: object; before: object };
  };
  const approve = (on: Stage, { id, params_hash }: { id: string; params_hash: string }) =>
    on.ask("POST", `/api/ui/approvals/${id}/approve`, { params_hash }, as(BOB));

  test("one asks, another approves; neither the request nor the record holds a value", async () => {
    const on = await real();
    on.simulated.admit(1, FRESH);
    const request = await asked(on);
    expect(request.params).toEqual({
      names: "OKX_API_KEY,OKX_API_PASSPHRASE,OKX_API_SECRET",
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(request.before).toEqual({ OKX_API_KEY: 0, OKX_API_PASSPHRASE: 0, OKX_API_SECRET: 0 });
    expect(openFile().stored.size).toBe(0);
    expect((await approve(on, request)).body.outcome).toBe("done");
    expect(openFile().stored.get("OKX_API_SECRET")).toMatchObject({ value: FRESH.secret, version: 1 });
    for (const value of Object.values(FRESH)) expect(JSON.stringify(on.audit.rows)).not.toContain(value);
  });

  test("keys the venue has taken back by then are refused, and the request is over", async () => {
    const on = await real();
    on.simulated.admit(1, FRESH);
    const request = await asked(on);
    on.simulated.admit(1, on.simulated.keys[1]);
    const answer = await approve(on, request);
    expect([answer.status, answer.body.code]).toEqual([422, "key_refused"]);
    expect(openFile().stored.size).toBe(0);
  });

  test("after ten minutes the values are forgotten", async () => {
    const on = await real();
    on.simulated.admit(1, FRESH);
    const request = await asked(on);
    await on.pass(APPROVAL_TTL_MS);
    expect((await approve(on, request)).body.code).toMatch(/stale_approval|not_possible/);
    expect(openFile().stored.size).toBe(0);
  });

  test("a viewer reads the names and rotates nothing", async () => {
    const on = await real();
    expect((await on.ask("GET", SECRET, undefined, as(VERA))).body.slots).toHaveLength(7);
    expect((await on.ask("POST", SECRET, FRESH_OKX, as(VERA))).status).toBe(403);
  });
});

test("a body that is no JSON is not quoted back", async () => {
  const on = await set();
  const answer = await on.ask("POST", SECRET, '{"OKX_API_SECRET": correct-horse-battery}');
  expect([answer.status, answer.body.detail]).toEqual([400, "the body is not JSON"]);
});
