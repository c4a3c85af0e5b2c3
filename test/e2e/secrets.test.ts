import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SeededChance } from "#adapters/host/chance.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { digestOf } from "#adapters/storage/operators-file.ts";
import { type Paper, startPaper } from "#app/paper.ts";
import { bps } from "#domain/decimal.ts";
import { Program, emptyFolder, removeFolders, run } from "./program.ts";

afterAll(removeFolders);

const LEAST = 8;
/** Words would be found in every text; what must be escaped somewhere is in each of them. */
const FRESH = { apiKey: "Zq7x/Wn4k+Tb9vJm2c", secret: 'Yw8m"Lr3q %Hd6zPk1s&Vb0', passphrase: "Xv9p&Gs2t=Kf5 nRd8w" };
const REFUSED = 'Uu1j/Bc8w"Ne7yQa3h';

/** Everything that came out of the process, as bytes. */
interface Heard {
  readonly where: string;
  readonly bytes: Buffer;
}

/** The venues, on loopback: what the testnets are to a user, but these can be told of new keys. */
function venues(): Promise<Paper> {
  const chance = new SeededChance(`canaries ${randomBytes(8).toString("hex")}`);
  const takerFees = [bps("5"), bps("5")] as const;
  return startPaper({ clock: new SystemClock(), chance, recording: null, speed: 1, takerFees, okxEnvironment: "demo" });
}

function environmentOf(paper: Paper, data: string, token: string, keyFile: string): Readonly<Record<string, string>> {
  const [binance, okx] = paper.servers;
  const [binanceKeys, okxKeys] = paper.keys;
  return {
    PROFILE: "testnet",
    ENABLE_PLACE_TEST_ORDERS: "true",
    SAFE_MODE: "false",
    TWO_MAN_RULE: "false",
    PORT: "0",
    DATA_DIR: data,
    API_TOKEN: token,
    SECRETS_KEY_FILE: keyFile,
    BINANCE_UM_API_KEY_TESTNET: binanceKeys.apiKey,
    BINANCE_UM_API_SECRET_TESTNET: binanceKeys.secret,
    BINANCE_UM_BASE_TESTNET: binance.rest,
    BINANCE_UM_WS_URL_TESTNET: binance.ws,
    BINANCE_UM_WS_API_URL_TESTNET: binance.ws,
    OKX_API_KEY_TESTNET: okxKeys.apiKey,
    OKX_API_SECRET_TESTNET: okxKeys.secret,
    OKX_API_PASSPHRASE_TESTNET: okxKeys.passphrase,
    OKX_BASE_URL: okx.rest,
    OKX_WS_URL_TESTNET: okx.ws,
    // In slots this profile does not work with, and must not tell of either.
    BINANCE_LV_API_SECRET: randomBytes(24).toString("base64"),
    OKX_API_SECRET: randomBytes(24).toString("base64"),
  };
}

/** Asks, and keeps whatever is answered: status line, headers and body. */
class Asker {
  readonly heard: Heard[] = [];
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async ask(method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const head = [...response.headers].map((pair) => pair.join(": ")).join("\n");
    this.heard.push({
      where: `${method} ${path.slice(0, 40)}`,
      bytes: Buffer.concat([Buffer.from(`${head}\n\n`), bytes]),
    });
    const text = bytes.toString("utf8");
    const json = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, body: json ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }
}

/** Every eight characters in a row, in every spelling: where none of them is, no longer part is either. */
function needlesOf(canaries: Readonly<Record<string, string>>): Map<string, string> {
  const needles = new Map<string, string>();
  for (const [slot, value] of Object.entries(canaries)) {
    const bytes = Buffer.from(value, "utf8");
    // Base64 of the same bytes looks different at each of the three places where it may begin.
    const shifted = [0, 1, 2].map((before) => {
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString("base64")
        .replace(/=+$/, "");
      return text.slice(before === 0 ? 0 : before + 1, -1);
    });
    const hex = bytes.toString("hex");
    // Eight characters of a value are sixteen of its hex, and at least ten of its base64.
    const forms: readonly (readonly [form: string, least: number])[] = [
      ...[value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)].map((form) => [form, LEAST] as const),
      ...[hex, hex.toUpperCase()].map((form) => [form, 2 * LEAST] as const),
      ...shifted
        .flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")])
        .map((form) => [form, 10] as const),
    ];
    for (const [form, least] of forms)
      for (let from = 0; from + least <= form.length; from += 1) needles.set(form.slice(from, from + least), slot);
  }
  return needles;
}

/** Where a part of a canary stands; empty is what we want. */
function hitsIn(heard: readonly Heard[], needles: ReadonlyMap<string, string>): string[] {
  return heard.flatMap(({ where, bytes }) => {
    const text = bytes.toString("latin1");
    const slots = new Set<string>();
    for (const length of [LEAST, 10, 2 * LEAST])
      for (let from = 0; from + length <= text.length; from += 1) {
        const slot = needles.get(text.slice(from, from + length));
        if (slot !== undefined) slots.add(slot);
      }
    return [...slots].map((slot) => `${slot} in ${where}`);
  });
}

function filesUnder(folder: string): Heard[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ where: path, bytes: readFileSync(path) }));
}

function operatorIn(data: string): string {
  const token = randomBytes(32).toString("base64url");
  mkdirSync(data, { mode: 0o700, recursive: true });
  const entry = {
    name: "alice",
    role: "operator",
    token_id: createHash("sha256").update(token).digest("hex").slice(0, 8),
    token_sha256: digestOf(token),
    created_at: new Date().toISOString(),
    expires_at: null,
    disabled: false,
  };
  writeFileSync(join(data, "operators.json"), JSON.stringify({ version: 1, operators: [entry] }), { mode: 0o600 });
  return token;
}

/** Everything a person who means no good, or has slipped, might send. */
async function abuse(asker: Asker, canaries: Readonly<Record<string, string>>): Promise<void> {
  for (const value of Object.values(canaries)) {
    const quoted = JSON.stringify(value);
    await asker.ask("GET", "/api/ui/pnl", undefined, { authorization: `Bearer ${encodeURIComponent(value)}x` });
    await asker.ask("GET", `/api/${encodeURIComponent(value)}`);
    await asker.ask("GET", `/api/ui/orders?limit=${encodeURIComponent(value)}`);
    await asker.ask("POST", "/api/ui/secret", `{"OKX_API_SECRET_TESTNET": ${quoted}, oops`);
    await asker.ask(
      "POST",
      "/api/ui/secret",
      `{"name": "OKX_API_SECRET_TESTNET", "value": ${quoted}, "more": ${quoted}}`,
    );
    await asker.ask("POST", "/api/ui/secret", `{"OKX_API_SECRET": ${quoted}}`);
    await asker.ask(
      "POST",
      "/api/ui/secret",
      `{"OKX_API_SECRET_TESTNET": ${quoted}, "OKX_API_KEY_TESTNET": ${quoted}}`,
    );
    await asker.ask("POST", "/api/ui/approvals", `{"action": "rotate_secret", "params": {"value": ${quoted}}}`);
    await asker.ask("POST", "/api/arb/confirm", `{"id": "none", "token": ${quoted}}`);
    await asker.ask("POST", "/api/arb/execute", quoted);
    await asker.ask("POST", "/api/hedge/flatten", `{"symbol": ${quoted}}`);
    await asker.ask("POST", "/api/ui/cancel_all", `{"venue": ${JSON.stringify(value.slice(0, 30))}}`);
    const named = encodeURIComponent(value.slice(0, 30));
    await asker.ask("POST", `/api/ui/positions/${named}/close`, "{}");
    await asker.ask("POST", `/api/ui/approvals/${named}/approve`, `{"params_hash": "${"0".repeat(64)}"}`);
    await asker.ask("POST", `/api/ui/approvals/${named}/reject`, "{}");
  }
}

test("no secret, nor eight characters of one, is in anything the process says, answers or writes", async () => {
  const paper = await venues();
  const data = join(emptyFolder(), "data");
  const keyFile = join(emptyFolder(), "secrets.key");
  const keyText = randomBytes(32).toString("base64");
  writeFileSync(keyFile, keyText, { mode: 0o600 });
  const alice = operatorIn(data);
  const token = randomBytes(32).toString("base64url");
  const environment = environmentOf(paper, data, token, keyFile);
  const secrets = Object.entries(environment).filter(([name]) => /_(KEY|SECRET|PASSPHRASE)(_|$)/.test(name));
  const canaries: Record<string, string> = {
    ...Object.fromEntries(secrets.filter(([name]) => name !== "SECRETS_KEY_FILE")),
    API_TOKEN: token,
    "alice's token": alice,
    "the key of the file": keyText,
    "a key that was refused": REFUSED,
    "the new OKX key": FRESH.apiKey,
    "the new OKX secret": FRESH.secret,
    "the new OKX passphrase": FRESH.passphrase,
  };

  const first = new Program(["start"], environment);
  const url = (await first.complains(/^api +(http:\S+)/m))[1] ?? "";
  const asker = new Asker(url, alice);

  // It trades, with the keys it was started with and with those it was given.
  const execute = JSON.stringify({ symbol: "BTCUSDT", min_spread: -1_000, notion_usdt: 1_500, leverage: 1 });
  expect((await asker.ask("POST", "/api/ui/resume", "{}")).body).toMatchObject({ mode: "RUN" });
  // A book that is being fetched anew refuses; asked again, it does not.
  await expect
    .poll(async () => (await asker.ask("POST", "/api/arb/execute", execute)).body, { timeout: 15_000, interval: 250 })
    .toMatchObject({ success: true });
  await asker.ask("POST", "/api/ui/hold", "{}");
  const refused = JSON.stringify({ OKX_API_KEY_TESTNET: canaries["a key that was refused"] });
  expect((await asker.ask("POST", "/api/ui/secret", refused)).body).toMatchObject({ code: "key_refused" });
  paper.admit(1, FRESH);
  const rotation = JSON.stringify({
    OKX_API_KEY_TESTNET: FRESH.apiKey,
    OKX_API_SECRET_TESTNET: FRESH.secret,
    OKX_API_PASSPHRASE_TESTNET: FRESH.passphrase,
  });
  expect(await asker.ask("POST", "/api/ui/secret", rotation)).toEqual({
    status: 200,
    body: { status: "ok", version: 1 },
  });
  // Its streams come back with the new keys. A preflight asks the venue, and must not be asked for too often itself.
  await expect
    .poll(async () => (await asker.ask("GET", "/readyz")).body, { timeout: 15_000, interval: 100 })
    .toMatchObject({ ready: true });
  await expect
    .poll(async () => (await asker.ask("POST", "/api/ui/resume", "{}")).body, { timeout: 15_000, interval: 2_500 })
    .toMatchObject({ mode: "RUN" });
  expect((await asker.ask("POST", "/api/hedge/flatten", "{}")).body).toMatchObject({ closed: 1, still_open: 0 });

  await abuse(asker, canaries);
  const { paths } = (await asker.ask("GET", "/openapi.json")).body as { paths: Record<string, object> };
  const readable = Object.entries(paths).flatMap(([path, methods]) => ("get" in methods ? [path] : []));
  expect(readable).toContain("/api/ui/secret");
  for (const path of readable) await asker.ask("GET", path.replaceAll(/\{[^}]+\}/g, "psnever0001"));
  await asker.ask("POST", "/api/ui/kill", '{"reason": "the end of the shift"}');
  expect(await first.signal("SIGTERM")).toBe(0);

  // The next start works with what was rotated, says so, and says no more.
  const second = new Program(["start"], environment);
  await second.complains(/^secret +OKX_API_SECRET_TESTNET is the one of 20.*version 1, and not the environment's/m);
  const again = new Asker((await second.complains(/^api +(http:\S+)/m))[1] ?? "", token);
  expect((await again.ask("GET", "/readyz")).body).toMatchObject({ ready: true });
  expect(await second.signal("SIGTERM")).toBe(0);
  const audit = await run(["audit", "verify", "--data-dir", data], environment);
  const people = await run(["operators", "list", "--data-dir", data], environment);
  const wrongKey = join(emptyFolder(), "other.key");
  writeFileSync(wrongKey, randomBytes(32).toString("hex"), { mode: 0o600 });
  const shut = await run(["start"], { ...environment, SECRETS_KEY_FILE: wrongKey });
  expect([shut.code, shut.err]).toEqual([78, expect.stringMatching(/the stored OKX_API_\w+ does not open with this/)]);
  await paper.close();

  const said = [first, second]
    .flatMap(({ out, err }) => [out, err])
    .concat([audit, people, shut].flatMap(({ out, err }) => [out, err]));
  const heard: Heard[] = [
    ...said.map((text, index) => ({ where: `output ${index}`, bytes: Buffer.from(text) })),
    ...asker.heard,
    ...again.heard,
    ...filesUnder(data),
  ];
  const needles = needlesOf(canaries);
  expect(heard.map(({ where }) => where)).toContain(join(data, "secrets.json"));
  expect(heard.length).toBeGreaterThan(150);
  expect(hitsIn(heard, needles)).toEqual([]);
  // And it would have been seen.
  for (const form of ["utf8", "hex", "base64"] as const) {
    const bytes = Buffer.from(`x${Buffer.from(FRESH.secret).toString(form).slice(3, 21)}x`);
    expect(hitsIn([{ where: form, bytes }], needles)).toEqual([`the new OKX secret in ${form}`]);
  }
}, 120_000);
