import { expect, test } from "vitest";
import { METRICS } from "#adapters/host/metric-table.ts";
import { LEGACY } from "#adapters/host/legacy-metrics.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { type Stage, TOKEN, stage } from "./stage.ts";

const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 3 };
const BEARER = { authorization: `Bearer ${TOKEN}` };
const MONEY = Object.entries(METRICS).flatMap(([name, metric]) => ("money" in metric ? [name] : []));

/** Every sample as `name{labels}` with its value; labels in the order of their names. */
async function read({ ask }: Stage): Promise<ReadonlyMap<string, number>> {
  const { status, body } = await ask("GET", "/metrics", undefined, { "user-agent": "prometheus" });
  expect(status).toBe(200);
  const lines = String(body)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name = "", labels = "", value = ""] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const sorted = labels.split(/,(?=[a-z_]+=)/).toSorted();
      return [`${name}{${sorted.join(",")}}`, Number(value)];
    }),
  );
}
const given = await stage({ auth: true, metrics: { money: true, legacy: true } });

test("a hedge that is opened and closed is told by its orders, its times and its money", async () => {
  expect((await given.ask("POST", "/api/arb/execute", EXECUTE, BEARER)).status).toBe(200);
  const open = await read(given);
  expect(open.get('propbot_open_hedges{symbol="BTCUSDT"}')).toBe(1);
  expect(open.get('propbot_unhedged_delta_usdt{symbol="BTCUSDT"}')).toBe(0);
  const worth = open.get(`propbot_exposure_usdt{side="long",symbol="BTCUSDT",venue="${BINANCE_UM}"}`);
  expect(worth).toBeGreaterThan(1_400);
  expect(open.get('propbot_limit_used_ratio{limit="open_positions"}')).toBeGreaterThan(0);
  const [hedge] = given.engine.rooms.executor.hedges();
  const closed = await given.ask("POST", `/api/ui/positions/${hedge?.intent.id}/close`, {}, BEARER);
  expect(closed.status).toBe(200);
  const done = await read(given);
  for (const [venue, first, last] of [
    [BINANCE_UM, "buy", "sell"],
    [OKX_PERP, "sell", "buy"],
  ]) {
    for (const side of [first, last])
      expect(done.get(`propbot_orders_total{outcome="filled",side="${side}",venue="${venue}"}`)).toBe(1);
    expect(done.get(`propbot_order_ack_seconds_count{venue="${venue}"}`)).toBe(2);
    expect(done.get(`propbot_slippage_bps_count{venue="${venue}"}`)).toBeGreaterThanOrEqual(2);
  }
  expect(done.get('propbot_order_cycle_seconds_count{outcome="hedged"}')).toBe(1);
  expect(done.get("propbot_leg_gap_seconds_count{}")).toBe(1);
  expect(done.get('propbot_candidates_total{outcome="allowed",reason="none"}')).toBe(1);
  expect(done.get('propbot_open_hedges{symbol="BTCUSDT"}')).toBe(0);
  const parts = ["spread", "fees", "funding", "slippage", "leg_risk"].map(
    (part) => done.get(`propbot_pnl_usdt{component="${part}"}`) ?? Number.NaN,
  );
  const total = given.desk.books.pnl().total_usdt ?? Number.NaN;
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 9);
  expect(done.get("propbot_daily_loss_usdt{}")).toBeCloseTo(Math.max(0, -total), 9);
});

test("the names of the release before say the same as the new ones", async () => {
  const all = await read(given);
  expect(all.get("propbot_trades_executed_total{}")).toBe(4);
  expect(all.get('propbot_order_cycle_ms_count{outcome="hedged"}')).toBe(1);
  expect(all.get('propbot_order_cycle_ms_sum{outcome="hedged"}')).toBeCloseTo(
    1_000 * (all.get('propbot_order_cycle_seconds_sum{outcome="hedged"}') ?? Number.NaN),
    6,
  );
  expect(all.get('propbot_order_cycle_ms_bucket{le="300",outcome="hedged"}')).toBe(
    all.get('propbot_order_cycle_seconds_bucket{le="0.3",outcome="hedged"}'),
  );
  expect(all.get(`propbot_ws_gap_ms_count{venue="${OKX_PERP}"}`)).toBeGreaterThan(0);
  expect(all.get("pnl_realized_usd_total{}")).toBeCloseTo(given.desk.books.pnl().total_usdt ?? Number.NaN, 9);
});

test("HOLD is told with its reason, by whom, and for how long", async () => {
  await given.ask("POST", "/api/ui/hold", { reason: "looking at metrics" }, BEARER);
  await given.pass(2_500);
  const held = await read(given);
  expect(held.get('propbot_mode{mode="HOLD"}')).toBe(1);
  expect(held.get('propbot_mode{mode="RUN"}')).toBe(0);
  expect(held.get('propbot_hold_transitions_total{cause="operator",reason="operator"}')).toBe(1);
  expect(held.get('propbot_hold_seconds_total{reason="operator"}')).toBeCloseTo(2.5, 1);
});

test("a stream that was lost and came back is one reconnect, with what ended it", async () => {
  given.engine.watch.stream(OKX_PERP, "public", "down", "closed 1006");
  expect((await read(given)).get(`propbot_ws_connected{stream="public",venue="${OKX_PERP}"}`)).toBe(0);
  given.engine.watch.stream(OKX_PERP, "public", "up", "connected");
  given.engine.watch.stream(OKX_PERP, "public", "up", "connected");
  const back = await read(given);
  expect(back.get(`propbot_ws_reconnects_total{reason="closed",stream="public",venue="${OKX_PERP}"}`)).toBe(1);
  expect(back.get(`propbot_ws_connected{stream="public",venue="${OKX_PERP}"}`)).toBe(1);
});

test("a request is told by the template of its route, and never by what stood in it", async () => {
  await given.ask("POST", "/api/ui/positions/nosuchhedge/close", {}, BEARER);
  await given.ask("GET", "/some/secret/path", undefined, BEARER);
  const told = await read(given);
  const route = 'method="POST",route="/api/ui/positions/:id/close",status="404"';
  expect(told.get(`http_request_duration_seconds_count{${route}}`)).toBe(1);
  const unmatched = 'method="GET",route="unmatched",status="404"';
  expect(told.get(`http_request_duration_seconds_count{${unmatched}}`)).toBe(1);
  expect([...told.keys()].join("\n")).not.toMatch(/nosuchhedge|secret/);
});

test("what nobody measures has a name, a meaning, and no value; what others tell is told", async () => {
  const quiet = ["propbot_component_status", "propbot_ui_clients", "propbot_backup_last_success_timestamp_seconds"];
  const names = [...(await read(given)).keys()].map((key) => key.split("{")[0]);
  expect(names.filter((name) => quiet.includes(name ?? ""))).toEqual([]);
  const text = (await given.ask("GET", "/metrics")).body;
  for (const name of quiet) expect(text).toContain(`# HELP ${name} `);
  if (given.metrics === null) throw new Error("nothing is measured");
  given.metrics.sources = {
    components: () => [{ id: "recon", group: "P0", level: "ERROR", checkedAt: given.clock.now() }],
    uiClients: () => 2,
    notifications: () => [{ channel: "telegram", outcome: "failed", count: 5 }],
  };
  const told = await read(given);
  expect(told.get('propbot_component_status{component="recon",group="P0"}')).toBe(2);
  expect(told.get("propbot_ui_clients{}")).toBe(2);
  expect(told.get('propbot_notifications_total{channel="telegram",outcome="failed"}')).toBe(5);
  given.metrics.sources = {};
  expect((await read(given)).has("propbot_ui_clients{}")).toBe(false);
});

test("without a credential it is told to this machine alone, and only when nobody else could ask", async () => {
  const proxied = await given.ask("GET", "/metrics", undefined, { "x-forwarded-for": "203.0.113.9" });
  expect([proxied.status, proxied.body.code]).toEqual([401, "unauthorized"]);
  const elsewhere = await given.api.inject({ method: "GET", url: "/metrics", remoteAddress: "203.0.113.9" });
  expect(elsewhere.statusCode).toBe(401);
  expect((await given.ask("GET", "/metrics", undefined, { ...BEARER, "x-forwarded-for": "203.0.113.9" })).status).toBe(
    200,
  );
});

test("bound to all the world it wants a bearer token; without money no amount is told", async () => {
  const open = await stage({ auth: true, host: "0.0.0.0", metrics: { money: false, legacy: true } });
  expect((await open.ask("GET", "/metrics")).status).toBe(401);
  const { status, body } = await open.ask("GET", "/metrics", undefined, BEARER);
  expect(status).toBe(200);
  for (const name of [...MONEY, "pnl_realized_usd_total"]) expect(body).not.toContain(name);
  expect(body).toContain("propbot_trades_executed_total");
  expect(body).not.toContain(TOKEN);
});

test("the old names are told only where they are wanted", async () => {
  const plain = await stage({ metrics: { money: true, legacy: false } });
  const { body } = await plain.ask("GET", "/metrics");
  for (const { name } of LEGACY) expect(body).not.toMatch(new RegExp(`\\b${name}\\b`));
  for (const name of MONEY) expect(body).toContain(`# HELP ${name} `);
});
