import { beforeAll, describe, expect, test } from "vitest";
import { bps, usdt } from "#domain/decimal.ts";
import { OKX_PERP } from "#domain/ids.ts";
import { BTC } from "../kit.ts";
import { type Stage, stage } from "./stage.ts";

const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 1 };
const STAYING = { exitTargetBps: bps("1000"), stopBps: bps("1000") };

interface Limit {
  readonly name: string;
  readonly scope: string | null;
}
const limitsOf = async ({ ask }: Stage): Promise<readonly Limit[]> => (await ask("GET", "/api/ui/limits")).body.limits;
const limitOf = async (on: Stage, name: string, scope: string | null = null): Promise<unknown> =>
  (await limitsOf(on)).find((each) => each.name === name && each.scope === scope);

describe("before anything was thought of", () => {
  let on: Stage;
  beforeAll(async () => {
    on = await stage({ control: { mode: "HOLD" } });
  });

  test("there is no last plan, and no last execution", async () => {
    expect((await on.ask("GET", "/api/ui/plan/last")).body).toEqual({ plan: null });
    const { body } = await on.ask("GET", "/api/ui/state");
    expect([body.last_plan, body.last_execution, body.positions, body.open_orders]).toEqual([null, null, [], []]);
  });

  test("the state has every field of the contract, and says what holds", async () => {
    const { status, body } = await on.ask("GET", "/api/ui/state");
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining(
        `mode flags safe_mode dry_run two_man_rule control incidents metrics exposures pnl portfolio open_orders positions
         recon_status last_plan last_execution loop loop_config risk risk_blocked risk_reasons`.split(/\s+/),
      ),
    );
    expect(body).toMatchObject({
      mode: "HOLD",
      safe_mode: false,
      control: { mode: "HOLD", revision: expect.any(Number), guards: {}, reasons: [{ code: "boot" }] },
      portfolio: {
        equity_usdt: 200_000,
        venues: [{ venue: "binance-um", wallet_usdt: 100_000 }, { venue: "okx-perp" }],
      },
      loop: { enabled: false, running: false },
      loop_config: { auto_loop: false, order_notional_usdt: "1500" },
      recon_status: { verdict: "clean" },
      risk_blocked: true,
      risk_reasons: [{ code: "hold_active", symbols: [] }],
    });
    expect(body.risk_reasons).toEqual(body.risk.reasons);
  });

  test("what nobody has measured is null", async () => {
    const { body } = await on.ask("GET", "/api/ui/state");
    expect(body.metrics.slo).toMatchObject({ order_cycle_ms_p95: null, reject_rate: null });
    expect(await limitOf(on, "max_daily_loss_usdt")).toMatchObject({ used: 0, limit: null, ratio: null });
  });

  test("the universe is what both venues list", async () => {
    const { body } = await on.ask("GET", "/api/ui/universe");
    expect(body).toMatchObject({
      count: 1,
      items: [
        {
          symbol: "BTCUSDT",
          common_lot: 0.001,
          in_loop: true,
          venues: { "binance-um": { symbol: "BTCUSDT" }, "okx-perp": { symbol: "BTC-USDT-SWAP", contract_size: 0.01 } },
        },
      ],
    });
  });
});

describe("the last plan", () => {
  test("is the last preview, with what stood in its way", async () => {
    const on = await stage();
    const seen = await on.ask("POST", "/api/arb/preview", { symbol: "BTCUSDT", min_spread: 500 });
    const { plan } = (await on.ask("GET", "/api/ui/plan/last")).body;
    expect(plan).toMatchObject({
      source: "preview",
      symbol: "BTCUSDT",
      long_venue: "binance-um",
      leverage: null,
      viable: false,
      reason: "spread_below_threshold",
      hedge_id: null,
    });
    expect([plan.edge, plan.size, plan.legs]).toEqual([seen.body.edge, seen.body.size, seen.body.legs]);
  });

  test("is the loop's own, and names the hedge it became", async () => {
    const on = await stage({ settings: { ...STAYING, autoLoop: true, limits: { maxOpenPositions: 1 } } });
    const [hedge] = on.engine.rooms.executor.hedges();
    on.engine.rooms.controller.hold("operator", "enough");
    const { body } = await on.ask("GET", "/api/ui/state");
    expect(body.last_execution).toMatchObject({ id: hedge?.intent.id, status: "open" });
    await on.pass(20_000);
    const { plan } = (await on.ask("GET", "/api/ui/plan/last")).body;
    expect(plan).toMatchObject({ source: "loop", viable: false, reason: "hold_active", leverage: 1 });
  });
});

describe("with a hedge open", () => {
  let on: Stage;
  beforeAll(async () => {
    on = await stage({
      settings: {
        ...STAYING,
        limits: {
          maxTotalNotional: usdt("6000"),
          maxOpenPositions: 3,
          maxPositionBySymbol: new Map([[BTC, usdt("3000")]]),
          maxOpenOrdersByVenue: new Map([[OKX_PERP, 4]]),
        },
      },
    });
    await on.ask("POST", "/api/arb/execute", EXECUTE);
    await on.pass(300);
  });

  test("exposure shows both legs, even", async () => {
    const { body } = await on.ask("GET", "/api/ui/exposure");
    expect(body.totals).toMatchObject({ open_hedges: 1, notional_usdt: 1500 });
    expect(body.items).toMatchObject([
      { symbol: "BTCUSDT", hedges: 1, notional_usdt: 1500, long_base: 0.025, short_base: 0.025, net_base: 0 },
    ]);
  });

  test.each([
    { name: "max_total_notional_usdt", scope: null, used: 1500, limit: 6000, ratio: 0.25, override: null },
    { name: "max_open_positions", scope: null, used: 1, limit: 3, ratio: 1 / 3, override: null },
    {
      name: "max_position_usdt",
      scope: "BTCUSDT",
      used: 1500,
      limit: 3000,
      ratio: 0.5,
      override: "MAX_POSITION_USDT__BTCUSDT",
    },
    {
      name: "max_open_orders",
      scope: "okx-perp",
      used: 0,
      limit: 4,
      ratio: 0,
      override: "MAX_OPEN_ORDERS__OKX_PERP",
    },
  ])("$name for $scope: $used of $limit", async (row) => {
    expect(await limitOf(on, row.name, row.scope)).toEqual(row);
  });

  test("the venues' own word for it is read once they were compared", async () => {
    await on.ask("POST", "/api/ui/recon/run");
    const { body } = await on.ask("GET", "/api/deriv/positions");
    expect(
      body.venues.map(({ venue, positions }: Record<string, Record<string, unknown>[]>) => [
        venue,
        positions?.map(({ symbol, base_size }) => [symbol, base_size]),
      ]),
    ).toEqual([
      ["binance-um", [["BTCUSDT", 0.025]]],
      ["okx-perp", [["BTCUSDT", -0.025]]],
    ]);
  });

  test("a limit that is full blocks, and names itself", async () => {
    const { body: before } = await on.ask("GET", "/api/risk/state");
    expect([before.blocked, before.reasons]).toEqual([false, []]);
    on.change({ ...STAYING, limits: { maxTotalNotional: usdt("2000") } });
    const { body } = await on.ask("GET", "/api/risk/state");
    expect(body).toMatchObject({ blocked: true, reasons: [{ code: "total_notional_limit_exceeded", symbols: [] }] });
    expect(body.watches.map(({ id }: { id: string }) => id)).toContain("loop-lag");
  });
});
