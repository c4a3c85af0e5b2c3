import { bps } from "#domain/decimal.ts";
import { type Document, operationsOf } from "../document/operations.ts";
import { type Stage, type StageGiven, TOKEN, stage } from "../stage.ts";
import type { Ground } from "./requests.ts";

const CROWD = Array.from({ length: 40 }, (_each, index) => String(index).padStart(32, "c"));
const VIEWER = "7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e";
const OPERATOR = { authorization: `Bearer ${TOKEN}` };

/** Where they are asked: where nobody has to be asked and where it takes two, running and not. */
const SCENES: readonly StageGiven[] = [
  {},
  { facts: { profile: "testnet" } },
  { control: { mode: "HOLD" } },
  { facts: { profile: "testnet" }, control: { mode: "HOLD", safeMode: true } },
  { facts: { profile: "live" }, control: { mode: "HOLD", safeMode: true } },
];

export interface Scene {
  readonly on: Stage;
  readonly ground: Ground;
}

/** A stage with a hedge, a request for a second person where there can be one, and somebody who has come in by browser. */
export async function scene(number: number): Promise<Scene> {
  const on = await stage({
    auth: true,
    people: Object.fromEntries(CROWD.map((token, index) => [token, `operator-${index}`])),
    viewers: { [VIEWER]: "vera" },
    metrics: { money: true, legacy: false },
    // Hedges stay, so that what changes is what was asked for.
    settings: { exitTargetBps: bps("1000"), limits: { maxOpenPositions: 8 } },
    ...SCENES[number % SCENES.length],
  });
  const document = (await on.ask("GET", "/openapi.json")).body as Document;
  const { headers, body } = await on.ask("POST", "/api/ui/session", { token: TOKEN });
  const execute = { symbol: "BTCUSDT", min_spread: 1, notion_usdt: 300, leverage: 1 };
  const opened = (await on.ask("POST", "/api/arb/execute", execute, OPERATOR)).body;
  const asked = (await on.ask("POST", "/api/ui/approvals", { action: "safe_mode_off" }, OPERATOR)).body;
  const seen = (await on.ask("GET", "/api/arb/opportunity")).body;
  const names = [opened.position?.id, asked.approval?.id, seen.last_opportunity?.id];
  const ground = {
    operations: operationsOf(document),
    operators: CROWD,
    viewer: VIEWER,
    session: { cookie: String(headers["set-cookie"]).split(";")[0] ?? "", csrf: body.csrf },
    names: names.filter((name) => name !== undefined),
    hash: asked.approval?.params_hash ?? null,
  };
  return { on, ground };
}

/** Time passes, and whoever has stopped it lets it run again, where one person may. */
export async function breathe({ on }: Scene): Promise<void> {
  await on.pass(2_000);
  if (on.engine.rooms.controller.state.mode === "RUN") return;
  await on.ask("POST", "/api/ui/reset", {}, OPERATOR);
  await on.ask("PATCH", "/api/ui/control", { safe_mode: false }, OPERATOR);
  await on.ask("POST", "/api/ui/resume", {}, OPERATOR);
}
