import { describe, expect, test } from "vitest";
import { bps } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { BTC } from "../kit.ts";
import { type Stage, type StageGiven, stage } from "./stage.ts";

const STAYING: StageGiven = { settings: { exitTargetBps: bps("1000"), stopBps: bps("1000") } };
const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 3 };
const SETUP = { symbol: "BTCUSDT", leverage: 4, margin: "cross", position_mode: "net" };

const leverages = ({ simulated }: Stage): readonly number[] =>
  simulated.exchanges.map((exchange) => exchange.leverage(BTC));

describe("how the venues stand", () => {
  test("is told as it was read last, and asks them nothing", async () => {
    const sent: string[] = [];
    const on = await stage({ overhear: (text) => sent.push(text) });
    const before = sent.length;
    const { status, body } = await on.ask("GET", "/api/deriv/status");
    expect([status, body.venues.length, sent.length]).toEqual([200, 2, before]);
    expect(body.venues[0]).toMatchObject({
      venue: "binance-um",
      state: "OK",
      streams: { public: "up", private: "up", private_lost_ms: 0 },
      account: { position_mode: "net", can_trade: true, can_withdraw: false },
      instruments: [{ symbol: "BTCUSDT", leverage: 1, margin: "cross" }],
      throttled: null,
    });
    expect(body.venues[0].round_trip_ms).toBeGreaterThan(0);
  });

  test("a venue that is gone is not called well", async () => {
    const on = await stage();
    on.wire.takeDown("http://okx.simulated");
    await on.pass(2_000);
    const { body } = await on.ask("GET", "/api/deriv/status");
    expect(body.venues[1]).toMatchObject({ state: "DEGRADED", streams: { public: "down", private: "down" } });
    expect(body.venues[1].streams.private_lost_ms).toBeGreaterThan(0);
  });
});

describe("setting the accounts up", () => {
  test("sets leverage at both venues, reads it back, and the same again changes nothing", async () => {
    const on = await stage();
    const first = await on.ask("POST", "/api/deriv/setup", SETUP);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      position_mode: "net",
      venues: [
        {
          venue: "binance-um",
          position_mode: "net",
          instruments: [{ symbol: "BTCUSDT", leverage: 4, margin: "cross" }],
        },
        { venue: "okx-perp", position_mode: "net", instruments: [{ symbol: "BTCUSDT", leverage: 4, margin: "cross" }] },
      ],
    });
    const again = await on.ask("POST", "/api/deriv/setup", SETUP);
    expect([again.status, leverages(on)]).toEqual([200, [4, 4]]);
    const { body } = await on.ask("GET", "/api/deriv/status");
    expect(body.venues.map((venue: { instruments: { leverage: number }[] }) => venue.instruments[0]?.leverage)).toEqual(
      [4, 4],
    );
    expect(on.audit.rows.filter(({ action }) => action === "control.deriv_setup")).toHaveLength(2);
  });

  test("on HOLD it may be done, and without a body it is about the accounts alone", async () => {
    const on = await stage({ control: { mode: "HOLD" } });
    const { status, body } = await on.ask("POST", "/api/deriv/setup");
    expect([status, body.venues.map(({ instruments }: { instruments: unknown[] }) => instruments)]).toEqual([
      200,
      [[], []],
    ]);
  });

  test.each<{
    readonly what: string;
    readonly body: object;
    readonly status: number;
    readonly code: string;
    readonly given?: StageGiven;
    readonly before?: (on: Stage) => unknown;
  }>([
    { what: "SAFE_MODE", body: SETUP, status: 403, code: "safe_mode", given: { control: { safeMode: true } } },
    { what: "over the limit", body: { ...SETUP, leverage: 6 }, status: 400, code: "leverage_limit_exceeded" },
    { what: "half a leverage", body: { ...SETUP, leverage: 2.5 }, status: 400, code: "leverage_limit_exceeded" },
    { what: "hedge mode", body: { position_mode: "hedge" }, status: 422, code: "not_possible" },
    { what: "isolated margin", body: { margin: "isolated" }, status: 422, code: "not_possible" },
    { what: "no such pair", body: { ...SETUP, symbol: "DOGEUSDT" }, status: 404, code: "unknown_symbol" },
    { what: "an unknown key", body: { ...SETUP, mode: "net" }, status: 422, code: "invalid_request" },
    {
      what: "a hedge on another leverage",
      body: SETUP,
      status: 409,
      code: "leverage_in_use",
      given: STAYING,
      before: ({ ask }) => ask("POST", "/api/arb/execute", EXECUTE),
    },
    {
      what: "a venue in quarantine",
      body: SETUP,
      status: 409,
      code: "venue_not_ready",
      before: ({ engine }) => engine.rooms.controller.setVenue(BINANCE_UM, "QUARANTINED", "a test"),
    },
    {
      what: "a venue that would not",
      body: SETUP,
      status: 502,
      code: "setup_failed",
      before: ({ simulated }) => simulated.misfortune.next(OKX_PERP, "refuse_connection"),
    },
    {
      what: "a record that cannot be written",
      body: SETUP,
      status: 503,
      code: "not_recorded",
      before: ({ audit }) => (audit.refuses = true),
    },
  ])("$status $code: $what", async ({ body, status, code, given = {}, before }) => {
    const on = await stage(given);
    await before?.(on);
    const stood = leverages(on);
    const answer = await on.ask("POST", "/api/deriv/setup", body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    if (status !== 502) expect(leverages(on)).toEqual(stood);
    const refused = on.audit.rows.filter(({ action, data }) => action === "control.refused" && data["code"] === code);
    expect(refused).toHaveLength(code === "invalid_request" || code === "not_recorded" ? 0 : 1);
  });

  test("the same leverage as a hedge stands on is no change, and no obstacle", async () => {
    const on = await stage(STAYING);
    await on.ask("POST", "/api/arb/execute", EXECUTE);
    expect((await on.ask("POST", "/api/deriv/setup", { ...SETUP, leverage: 3 })).status).toBe(200);
  });
});
