import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "#adapters/host/log.ts";
import { takeDataDirectory } from "#adapters/storage/data-directory.ts";
import { KeptConfig } from "#adapters/storage/kept-config.ts";
import { ConfigFault, readConfig } from "#app/config.ts";
import { ControlStore } from "#app/control.ts";
import { usdt } from "#domain/decimal.ts";
import { NOW, aClock } from "../kit.ts";
import { type Answered, type Stage, type StageGiven, stage } from "./stage.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "propbot-config-"));
  path = join(folder, "config.yaml");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ALICE = { authorization: "Bearer alice-has-a-token-of-her-own-0001" };
const BOB = { authorization: "Bearer bob-has-another-token-altogether-02" };
const PEOPLE = { "alice-has-a-token-of-her-own-0001": "alice", "bob-has-another-token-altogether-02": "bob" };
const LOWER = "max_total_notional_usdt: 60000\nmax_slippage_bps: 1\n";
const HIGHER = "max_total_notional_usdt: 90000\n";

const onHold = (given: StageGiven = {}): Promise<Stage> =>
  stage({ ...given, control: { mode: "HOLD" }, facts: { configFile: new KeptConfig(path), ...given.facts } });
const live = (): Promise<Stage> => onHold({ auth: true, people: PEOPLE, facts: { profile: "live" } });
const send = (
  { ask }: Stage,
  what: "validate" | "apply" | "rollback",
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> => ask("POST", `/api/ui/config/${what}`, body, headers);
const settingsOf = async ({ ask }: Stage, headers = {}): Promise<Record<string, unknown>> =>
  (await ask("GET", "/api/ui/control-state", undefined, headers)).body.settings;
const kept = (): string | null => (existsSync(path) ? readFileSync(path, "utf8") : null);

describe("validate", () => {
  test("says what would change, which way, and changes nothing", async () => {
    const on = await onHold();
    const { status, body } = await send(on, "validate", { yaml_text: `${LOWER}max_leverage: 9\n` });
    expect([status, body.valid, body.problems]).toEqual([200, true, []]);
    expect(body.changes).toEqual([
      { name: "max_total_notional_usdt", before: expect.any(String), after: "60000", loosens: false },
      { name: "max_slippage_bps", before: expect.any(String), after: "1", loosens: false },
      { name: "max_leverage", before: 5, after: 9, loosens: true },
    ]);
    expect([(await settingsOf(on))["max_leverage"], kept()]).toEqual([5, null]);
  });

  test("names every problem with its path and the fix", async () => {
    const on = await onHold();
    const text = "max_slippage_bps: 51\nmax_leverage: 2.5\nsafe_mode: false\n";
    expect((await send(on, "validate", { yaml_text: text })).body).toMatchObject({
      valid: false,
      hash: null,
      problems: [{ path: "safe_mode", message: expect.stringMatching(/PATCH/) }],
    });
    const values = await send(on, "validate", { yaml_text: "max_slippage_bps: 51\nmax_leverage: 2.5\n" });
    expect(values.body.problems).toEqual([
      { path: "max_slippage_bps", message: "must be basis points from 0 to 50" },
      { path: "max_leverage", message: "must be a whole number from 1 to 125" },
    ]);
  });
});

describe("apply", () => {
  test("lowering is done at once, kept whole and private, with the version before beside it", async () => {
    const on = await onHold();
    const first = await send(on, "apply", { yaml_text: LOWER });
    expect(first.body).toMatchObject({ applied: true, rollback_token: expect.stringMatching(/^[a-z0-9]{40}$/) });
    expect([kept(), statSync(path).mode & 0o777]).toEqual([LOWER, 0o600]);
    expect((await settingsOf(on))["max_total_notional_usdt"]).toBe("60000");
    const second = await send(on, "apply", { yaml_text: "max_total_notional_usdt: 50000\n" });
    expect(second.body.hash).not.toBe(first.body.hash);
    expect(readFileSync(`${path}.previous`, "utf8")).toBe(LOWER);
    expect(on.audit.rows.filter(({ action }) => action === "control.config_apply")).toHaveLength(2);
  });

  test("what validate promised as hash is in force afterwards", async () => {
    const on = await onHold();
    const promised = await send(on, "validate", { yaml_text: LOWER });
    expect((await send(on, "apply", { yaml_text: LOWER })).body.hash).toBe(promised.body.hash);
  });

  test("raising a limit waits for a second person; the file follows the approval", async () => {
    const on = await live();
    const asked = await send(on, "apply", { yaml_text: HIGHER }, ALICE);
    expect([asked.status, asked.body.code, kept()]).toEqual([403, "approvals_missing", null]);
    const { items } = (await on.ask("GET", "/api/ui/approvals", undefined, BOB)).body;
    const [{ id, params_hash }] = items;
    expect(id).toBe(asked.body.approval);
    const approved = await on.ask("POST", `/api/ui/approvals/${id}/approve`, { params_hash }, BOB);
    expect([approved.status, kept()]).toEqual([200, HIGHER]);
    expect((await settingsOf(on, ALICE))["max_total_notional_usdt"]).toBe("90000");
    const again = await send(on, "apply", { yaml_text: HIGHER }, ALICE);
    expect([again.status, again.body.changes, typeof again.body.rollback_token]).toEqual([200, [], "string"]);
  });

  test("what was rejected is not kept", async () => {
    const on = await live();
    const asked = await send(on, "apply", { yaml_text: HIGHER }, ALICE);
    await on.ask("POST", `/api/ui/approvals/${asked.body.approval}/reject`, {}, BOB);
    await send(on, "apply", { yaml_text: LOWER }, ALICE);
    expect(kept()).toBe(LOWER);
  });

  test.each([
    { what: "a wrong value", body: { yaml_text: "max_leverage: 0" }, status: 422, code: "invalid_config" },
    { what: "another revision", body: { yaml_text: LOWER, revision: 999 }, status: 409, code: "stale_revision" },
    { what: "no text", body: {}, status: 422, code: "invalid_request" },
  ])("$status for $what, on record, and nothing is kept", async ({ body, status, code }) => {
    const on = await onHold();
    const answer = await send(on, "apply", body);
    expect([answer.status, answer.body.code, kept()]).toEqual([status, code, null]);
    const noted = on.audit.rows.some(({ action, data }) => action === "control.refused" && data["code"] === code);
    expect(noted).toBe(code !== "invalid_request");
  });

  test("503 when it cannot be kept: it says that it is in force all the same", async () => {
    const on = await onHold({ facts: { configFile: { text: () => null, replace: () => "the disk is full" } } });
    const answer = await send(on, "apply", { yaml_text: LOWER });
    expect([answer.status, answer.body.code]).toEqual([503, "not_stored"]);
    expect(answer.body.detail).toMatch(/in force until the next start.*the disk is full/);
    expect((await settingsOf(on))["max_slippage_bps"]).toBe("1");
  });
});

describe("rollback", () => {
  test("goes back once, settings and file", async () => {
    const on = await onHold();
    const before = await settingsOf(on);
    await send(on, "apply", { yaml_text: "max_slippage_bps: 1\n" });
    const held = await settingsOf(on);
    const { body } = await send(on, "apply", { yaml_text: "max_daily_loss_usdt: 100\nmax_slippage_bps: 0.5\n" });
    const token = body.rollback_token as string;
    const both = await Promise.all([send(on, "rollback", { token }), send(on, "rollback", { token })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 403]);
    expect([await settingsOf(on), kept()]).toEqual([held, "max_slippage_bps: 1\n"]);
    expect((await send(on, "rollback", { token })).body.code).toBe("invalid_rollback_token");
    expect(held).not.toEqual(before);
  });

  test("to where there was no file takes the file away", async () => {
    const on = await onHold();
    const { body } = await send(on, "apply", { yaml_text: LOWER });
    expect((await send(on, "rollback", { token: body.rollback_token })).status).toBe(200);
    expect([kept(), readFileSync(`${path}.previous`, "utf8")]).toEqual([null, LOWER]);
  });

  test("409 once anything else has changed, and a wrong token is 403", async () => {
    const on = await onHold();
    const { body } = await send(on, "apply", { yaml_text: LOWER });
    await on.ask("PATCH", "/api/ui/control", { max_slippage_bps: 0.5 });
    const late = await send(on, "rollback", { token: body.rollback_token });
    expect([late.status, late.body.code, kept()]).toEqual([409, "config_changed", LOWER]);
    expect((await send(on, "rollback", { token: "x" })).status).toBe(403);
  });

  test("back to a higher limit needs the second person too", async () => {
    const on = await live();
    const { body } = await send(on, "apply", { yaml_text: LOWER }, ALICE);
    const asked = await send(on, "rollback", { token: body.rollback_token }, ALICE);
    expect([asked.status, asked.body.code, kept()]).toEqual([403, "approvals_missing", LOWER]);
    const { items } = (await on.ask("GET", "/api/ui/approvals", undefined, BOB)).body;
    const { params_hash } = items[0];
    await on.ask("POST", `/api/ui/approvals/${asked.body.approval}/approve`, { params_hash }, BOB);
    expect(kept()).toBeNull();
  });
});

describe("the next start", () => {
  const environment = { PROFILE: "paper", MAX_TOTAL_NOTIONAL_USDT: "70000", MAX_DAILY_LOSS_USDT: "200" };

  // A run before this one has made the directory.
  beforeEach(() => takeDataDirectory(folder, NOW, () => "abcd").release());

  /** The settings that a start over this directory begins with, and what it says of them. */
  function begun(): { readonly store: ControlStore; readonly lines: readonly string[] } {
    const lines: string[] = [];
    const directory = takeDataDirectory(folder, NOW, () => "abcd");
    const { config } = readConfig({ ...environment, DATA_DIR: folder });
    const log = { ...silentLog, write: (_: string, says: string) => void lines.push(says) };
    try {
      const store = new ControlStore({ config, directory, clock: aClock(), log, token: "", simulated: true });
      store.close();
      return { store, lines: lines.filter((line) => line.startsWith("config.yaml")) };
    } finally {
      directory.release();
    }
  }

  test("works with what was applied, over what the environment says", async () => {
    await send(await onHold(), "apply", { yaml_text: `${LOWER}order_notional_usdt: 75\n` });
    const { store, lines } = begun();
    expect(store.settings.shown()).toMatchObject({ max_total_notional_usdt: "60000", order_notional_usdt: "75" });
    expect(lines).toContain("config.yaml: max_total_notional_usdt is 60000; the environment says 70000");
  });

  test("never makes a limit or the loop's switch looser than the environment", () => {
    writeFileSync(path, "max_total_notional_usdt: 90000\nauto_loop: true\nmax_daily_loss_usdt:\n");
    const { store, lines } = begun();
    expect(store.settings.now.limits).toMatchObject({ maxTotalNotional: usdt("70000"), maxDailyLoss: usdt("200") });
    expect(store.settings.now.autoLoop).toBe(false);
    expect(lines).toEqual([
      "config.yaml: auto_loop stays false, as the environment says: true would be looser",
      "config.yaml: max_total_notional_usdt stays 70000, as the environment says: 90000 would be looser",
      "config.yaml: max_daily_loss_usdt stays 200, as the environment says: none would be looser",
    ]);
  });

  test("a lower ceiling takes what lies under it down with it", () => {
    writeFileSync(path, "max_total_notional_usdt: 20000\n");
    expect(begun().store.settings.now.limits.maxNotionalPerPosition).toBe(usdt("20000"));
  });

  test("refuses a file that was spoilt by hand, with every problem", () => {
    writeFileSync(path, "max_slippage_bps: 99\nmax_leverage: none\n");
    expect(begun).toThrow(ConfigFault);
    expect(begun).toThrow(/max_slippage_bps: must be.*\n?.*max_leverage: must be/);
  });
});
