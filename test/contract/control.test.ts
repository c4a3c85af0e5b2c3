import { describe, expect, test } from "vitest";
import { price, quantity } from "#domain/decimal.ts";
import { BTC } from "../kit.ts";
import { standingOf } from "./standing.ts";
import { type StageGiven, stage } from "./stage.ts";

const control = "/api/ui/control";

test("the way back from a kill, step by step, each its own change", async () => {
  const { ask } = await stage();
  await ask("POST", "/api/ui/kill");
  expect((await ask("PATCH", control, { safe_mode: false })).body.code).toBe("killed");
  expect((await ask("POST", "/api/ui/reset")).body).toMatchObject({ mode: "HOLD", safe_mode: true, killed: false });
  const loosened = await ask("PATCH", control, { safe_mode: false });
  expect(loosened.body).toMatchObject({ control: { mode: "HOLD", safe_mode: false }, changes: ["safe_mode"] });
  expect((await ask("PATCH", control, { mode: "RUN" })).body).toMatchObject({
    control: { mode: "RUN", reasons: [] },
    changes: ["mode"],
  });
});

test("SAFE_MODE goes on at any time, and off only on HOLD", async () => {
  const { ask } = await stage();
  expect((await ask("PATCH", control, { safe_mode: true })).body.control).toMatchObject({
    mode: "RUN",
    safe_mode: true,
  });
  expect(await ask("PATCH", control, { safe_mode: false })).toMatchObject({
    status: 409,
    body: { code: "not_on_hold" },
  });
  await ask("PATCH", control, { mode: "HOLD" });
  expect((await ask("PATCH", control, { safe_mode: false })).body.control).toMatchObject({ safe_mode: false });
});

test("reset holds, and says so", async () => {
  const { ask } = await stage();
  const { body } = await ask("POST", "/api/ui/reset");
  expect(body).toMatchObject({ mode: "HOLD", reasons: [{ code: "reset" }] });
});

test.each([
  ["an empty change", {}],
  ["an unknown key", { mode: "RUN", speed: 11 }],
  ["a mode that is none", { mode: "PANIC" }],
])("%s is 422 and changes nothing", async (_name, wish) => {
  const { ask } = await stage();
  expect((await ask("PATCH", control, wish)).status).toBe(422);
  expect((await ask("GET", "/api/ui/control-state")).body).toMatchObject({ mode: "RUN", safe_mode: false });
});

test.each([
  ["an unknown key", { speed: 11 }, /speed/],
  ["a value of the wrong kind", { auto_loop: "yes" }, /auto_loop/],
  ["a setting that is none", { max_leverage: -3 }, /max_leverage/],
])("HOLD and SAFE_MODE beside %s are on, and the 422 says what was not done", async (_name, wrong, says) => {
  const { ask } = await stage();
  const answer = await ask("PATCH", control, { mode: "HOLD", safe_mode: true, order_notional_usdt: 777, ...wrong });
  expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
  expect(answer.body.detail).toMatch(says);
  expect(answer.body.detail).toContain("HOLD and SAFE_MODE are on; the rest was not done");
  const { body } = await ask("GET", "/api/ui/control-state");
  expect(body).toMatchObject({ mode: "HOLD", safe_mode: true });
  expect(body.settings.order_notional_usdt).not.toBe("777");
});

test("and beside what needs a second person too", async () => {
  const { ask } = await stage({ control: { safeMode: false }, facts: { profile: "live" } });
  const answer = await ask("PATCH", control, { mode: "HOLD", max_open_positions: 99 });
  expect([answer.status, answer.body.detail]).toEqual([
    403,
    expect.stringMatching(/HOLD is on; the rest was not done$/),
  ]);
  expect((await ask("GET", "/api/ui/control-state")).body.mode).toBe("HOLD");
});

test("with DRY_RUN_ONLY nothing real is opened, the refusal says so, and off is its own act", async () => {
  const { ask } = await stage({ control: { dryRun: true, mode: "HOLD" }, facts: { profile: "testnet" } });
  const body = { symbol: "BTCUSDT", min_spread: 0, notion_usdt: 1_500, leverage: 1 };
  await ask("POST", "/api/ui/approvals", { action: "dry_run_off" });
  const refused = await ask("POST", "/api/arb/execute", body);
  expect([refused.status, refused.body.code]).toEqual([403, "hold_active"]);
  const running = await stage({ control: { dryRun: true } });
  expect(await running.ask("POST", "/api/arb/execute", body)).toMatchObject({ status: 403, body: { code: "dry_run" } });
  await running.ask("POST", "/api/ui/hold");
  const off = await running.ask("PATCH", control, { dry_run_only: false });
  expect([off.status, off.body.detail]).toEqual([422, "in paper every order goes to simulated venues"]);
});

test("REDUCE_ONLY forbids an opening by its name, and closing goes on", async () => {
  const set = await stage();
  const body = { symbol: "BTCUSDT", min_spread: 0, notion_usdt: 1_500, leverage: 1 };
  const opened = await set.ask("POST", "/api/arb/execute", body);
  set.change({ reduceOnly: true });
  expect(await set.ask("POST", "/api/arb/execute", body)).toMatchObject({ status: 400, body: { code: "reduce_only" } });
  const closed = await set.ask("POST", `/api/ui/positions/${opened.body.position.id}/close`);
  expect(closed.body.closed).toBe(true);
});

test.each([
  ["a pair the loop does not trade", { loop_pair: "ETHUSDT" }],
  ["one venue alone", { loop_venues: ["binance-um"] }],
])("the loop leaves alone what is not its own: %s", async (_name, wish) => {
  const set = await stage();
  await set.ask("PATCH", control, { ...wish, auto_loop: true });
  await set.pass(3_000);
  expect(set.engine.rooms.executor.hedges()).toEqual([]);
  const { body } = await set.ask("GET", "/api/arb/skipped");
  expect(body.items.map(({ reason }: { reason: string }) => reason)).toContain("not_in_loop");
  await set.ask("PATCH", control, { loop_pair: null, loop_venues: null });
  await set.pass(6_000);
  expect(set.engine.rooms.executor.hedges().length).toBeGreaterThan(0);
});

test("the heartbeat looks at a pair whose books are still, as often as it is told", async () => {
  const set = await stage();
  await set.ask("PATCH", control, { poll_interval_sec: 1 });
  await set.pass(6_000);
  const before = set.engine.pipeline.scans;
  set.market.stop();
  await set.pass(1_100);
  expect(set.engine.pipeline.scans).toBeGreaterThan(before);
});

test("a setting that is wrong is named with its bounds, and nothing of the wish is done", async () => {
  const { ask } = await stage();
  const { status, body } = await ask("PATCH", control, { max_leverage: 200, poll_interval_sec: 0, auto_loop: true });
  expect([status, body.detail]).toEqual([
    422,
    "poll_interval_sec: must be a number of seconds from 0.1 to 3600; max_leverage: must be a whole number from 1 to 125",
  ]);
  expect((await ask("GET", "/api/ui/control-state")).body.auto_loop).toBe(false);
});

test("whoever looked at another revision is told to look again, after what makes it safer was done", async () => {
  const { ask } = await stage();
  const answer = await ask("PATCH", control, { mode: "HOLD", auto_loop: true, revision: 4_711 });
  expect([answer.status, answer.body.code]).toEqual([409, "stale_revision"]);
  expect((await ask("GET", "/api/ui/control-state")).body).toMatchObject({ mode: "HOLD", auto_loop: false });
});

test("cancel-all takes our orders off and leaves somebody else's, each venue by its own word", async () => {
  const set = await stage();
  const [binance] = set.simulated.exchanges;
  const rest = {
    instrument: BTC,
    side: "buy",
    quantity: quantity("0.01"),
    limit: price("59000"),
    timeInForce: "gtc",
  } as const;
  const more = { reduceOnly: false, bucket: "net", form: "LIMIT", tag: "" } as const;
  binance.place({ ...rest, ...more, clientOrderId: "somebody-elses" });
  binance.place({ ...rest, ...more, clientOrderId: `${set.engine.rooms.world.chance.hedgeId()}l1` });
  const { body } = await set.ask("POST", "/api/ui/cancel_all", { venue: "binance" });
  expect(Object.keys(body.result.venues)).toEqual(["binance-um"]);
  expect(body.result.venues["binance-um"]).toMatchObject({
    still_open: [],
    foreign: ["somebody-elses"],
    verdict: "confirmed",
  });
  expect(body.result.cancelled).toHaveLength(1);
  expect(binance.openOrders().map(({ clientOrderId }) => clientOrderId)).toEqual(["somebody-elses"]);
});

test("flatten takes hedges off on HOLD and in SAFE_MODE, both legs together, and says what is left of each", async () => {
  const set = await stage();
  await set.ask("POST", "/api/arb/execute", { symbol: "BTCUSDT", min_spread: 0, notion_usdt: 1_500, leverage: 1 });
  await set.ask("PATCH", control, { mode: "HOLD", safe_mode: true });
  const { body } = await set.ask("POST", "/api/hedge/flatten", { symbol: "BTCUSDT" });
  expect(body).toMatchObject({
    closed: 1,
    still_open: 0,
    items: [{ closed: true, legs: [{ open_quantity: 0 }, { open_quantity: 0 }] }],
  });
  expect((await set.ask("POST", "/api/ui/close_exposure", { venue: "kraken" })).status).toBe(422);
});

test("KILL_FLATTEN takes the hedges off with the switch, and reports each", async () => {
  const set = await stage({ facts: { killFlatten: true } });
  await set.ask("POST", "/api/arb/execute", { symbol: "BTCUSDT", min_spread: 0, notion_usdt: 1_500, leverage: 1 });
  const { body } = await set.ask("POST", "/api/ui/kill");
  expect(body.flatten).toMatchObject([{ symbol: "BTCUSDT", detail: "nothing is left of it" }]);
});

test("a lowered limit is lowered, whatever it was wished together with and whoever has to agree to that", async () => {
  const set = await stage({ facts: { profile: "testnet" }, control: { mode: "HOLD", twoManRule: true } });
  const wish = { max_open_positions: 1, max_total_notional_usdt: 900_000, two_man_rule: false };
  const { status, body } = await set.ask("PATCH", control, wish);
  expect([status, body.code]).toEqual([403, "approvals_missing"]);
  expect(body.detail).toMatch(/max_open_positions stands as you lowered it; the rest was not done$/);
  const { settings, two_man_rule } = set.desk.control.state();
  expect([settings["max_open_positions"], settings["max_total_notional_usdt"], two_man_rule]).toEqual([
    1,
    "75000",
    true,
  ]);
});

describe("a change of several things is done whole or not at all", () => {
  const HELD = { mode: "HOLD", safeMode: true } as const;
  const wish = { order_notional_usdt: 500, safe_mode: false, mode: "RUN" };

  test("all of it", async () => {
    const { ask } = await stage({ control: HELD });
    const { body } = await ask("PATCH", control, wish);
    expect(body).toMatchObject({
      control: { mode: "RUN", safe_mode: false, settings: { order_notional_usdt: "500" } },
      changes: ["mode", "safe_mode", "order_notional_usdt"],
    });
  });

  test.each<[string, StageGiven, Record<string, unknown>, string]>([
    ["a second person is missing", { facts: { profile: "testnet" } }, { mode: undefined }, "approvals_missing"],
    ["SAFE_MODE stays on", {}, { safe_mode: undefined }, "preflight_failed"],
    ["no book is fresh", {}, {}, "preflight_failed"],
    ["the rule of two may not go", { facts: { profile: "testnet" } }, { two_man_rule: false }, "approvals_missing"],
  ])("nothing of it: %s", async (_why, given, other, code) => {
    const set = await stage({ ...given, control: { ...HELD, twoManRule: true } });
    set.market.fallSilent();
    await set.pass(2_000);
    const before = standingOf(set);
    const { status, body } = await set.ask("PATCH", control, { ...wish, ...other });
    expect([status, body.code]).toEqual([403, code]);
    // That somebody asked for a second person is all that is new.
    const but = (standing: string) => ({ ...(JSON.parse(standing) as object), approvals: null });
    expect(but(standingOf(set))).toEqual(but(before));
  });
});
