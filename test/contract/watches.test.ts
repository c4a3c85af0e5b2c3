import { describe, expect, test } from "vitest";
import { OkxDialect } from "#adapters/simulator/dialects/okx/dialect.ts";
import { type Price, type Usdt, NO_QUANTITY, bps, format, usdt } from "#domain/decimal.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { MINUTE, after } from "#domain/time.ts";
import { BTC } from "../kit.ts";
import { type Sides, WIDE } from "../still-market.ts";
import { type Stage, type StageGiven, stage } from "./stage.ts";

const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 1 };
const STAY = { exitTargetBps: bps("1000"), stopBps: bps("1000"), maxHoldMs: 86_400_000 } as const;
const QUICK = { balanceMs: 1_000, reconcileMs: 4_000, reconcilePauseMs: 200, maintenanceMs: 6_000 } as const;

/** The gap has grown to almost twice what it was: closing now would lose. */
const WIDER: readonly [Sides, Sides] = [
  WIDE[0],
  {
    bids: [
      ["60300", "2"],
      ["60299", "5"],
    ],
    asks: [
      ["60300.1", "2"],
      ["60301", "5"],
    ],
  },
];

const causes = ({ engine }: Stage): readonly string[] => {
  const { state } = engine.rooms.controller;
  return state.mode === "HOLD" ? state.causes.map(({ code, clearedAt }) => `${code} ${clearedAt ? "over" : "on"}`) : [];
};
/** Money taken out by hand holds as well, by a cause of its own. */
const marginOf = (on: Stage): readonly string[] => causes(on).filter((cause) => cause.startsWith("margin"));
const held = ({ simulated }: Stage): readonly string[] =>
  simulated.exchanges.map((exchange) => format(exchange.truth().positions.get(BTC) ?? NO_QUANTITY));
const told = (given: Stage): string[] => {
  const codes: string[] = [];
  given.feed.subscribe(({ level, code }) => void (level === "critical" && codes.push(code)));
  return codes;
};

async function standing(given: StageGiven): Promise<Stage> {
  const on = await stage({ ...given, settings: { ...STAY, ...given.settings }, paces: { ...QUICK, ...given.paces } });
  expect(await on.ask("POST", "/api/arb/execute", EXECUTE)).toMatchObject({ status: 200 });
  await on.pass(1_000);
  expect([held(on), causes(on)]).toEqual([["0.025", "-0.025"], []]);
  return on;
}

describe("what the day has lost", () => {
  test.each<[string, NonNullable<StageGiven["settings"]>]>([
    ["daily_loss", { limits: { maxDailyLoss: usdt("3") } }],
    ["drawdown", { limits: { maxDayDrawdown: bps("0.1") } }],
  ])(
    "%s holds within a second, is told once, and is over a minute after it was made up for",
    async (code, settings) => {
      const on = await standing({ settings });
      const alarms = told(on);
      on.market.show(WIDER);
      await on.pass(1_000);
      expect([causes(on), alarms]).toEqual([[`${code} on`], [code]]);
      expect(await on.ask("PATCH", "/api/ui/control", { mode: "RUN" })).toMatchObject({ status: 403 });
      await on.pass(2 * MINUTE);
      expect([causes(on), alarms]).toEqual([[`${code} on`], [code]]);
      on.market.show(WIDE);
      await on.pass(MINUTE - 5_000);
      expect(causes(on)).toEqual([`${code} on`]);
      await on.pass(10_000);
      expect(causes(on)).toEqual([`${code} over`]);
      expect(await on.ask("PATCH", "/api/ui/control", { mode: "RUN" })).toMatchObject({ status: 200 });
      await on.pass(MINUTE);
      expect(causes(on)).toEqual([]);
    },
  );
});

describe("what nobody hedges", () => {
  test("a leg that somebody closed by hand is worth too much at once, by the venue's word", async () => {
    const on = await standing({});
    const alarms = told(on);
    on.simulated.misfortune.next(OKX_PERP, "manual_close");
    await on.pass(5_000);
    expect(held(on)).toEqual(["0.025", "0"]);
    expect(causes(on)).toContain("delta on");
    expect(alarms).toContain("delta");
    const delta = on.engine.watches.readings().find(({ id }) => id === "delta");
    expect(delta?.readings).toMatchObject([{ source: BTC, level: "HOLD", about: { instrument: BTC } }]);
  });
});

describe("what the venues would close for us", () => {
  /** Leaves so much in the wallet of OKX, which holds the short leg of 1504 USDT. */
  function leave({ simulated: { exchanges } }: Stage, wallet: string): void {
    exchanges[1].transfer((usdt(wallet) - exchanges[1].margins().wallet) as Usdt);
  }

  test("a leg near its liquidation holds; nearer, both legs are closed together, HOLD or not", async () => {
    const on = await standing({});
    leave(on, "190");
    await on.pass(6_000);
    expect([marginOf(on), held(on)]).toEqual([["margin on"], ["0.025", "-0.025"]]);
    const [hedge] = on.engine.rooms.executor.hedges();
    leave(on, "100");
    await on.pass(6_000);
    expect(held(on)).toEqual(["0", "0"]);
    const closed = on.engine.rooms.executor.find(hedge?.intent.id as never);
    expect([closed && stateOf(closed), closed?.exit?.reason]).toEqual(["closed", "margin"]);
    const reducing = on.simulated.exchanges.map((exchange) => exchange.truth().receipts.at(-1)?.reduceOnly);
    expect(reducing).toEqual([true, true]);
    await on.pass(MINUTE + 5_000);
    expect(marginOf(on)).toEqual(["margin over"]);
  });

  test("the price that moves between two reads of the account is enough", async () => {
    const on = await standing({ paces: { reconcileMs: 60_000, balanceMs: 60_000 } });
    leave(on, "400");
    await on.pass(61_000);
    expect(marginOf(on)).toEqual([]);
    on.simulated.exchanges[1].mark(BTC, 72_000_000_000_000_000n as Price);
    await on.pass(1_000);
    expect([marginOf(on), held(on)]).toEqual([["margin on"], ["0", "0"]]);
  });

  test("in SAFE_MODE not even that leaves by itself", async () => {
    const on = await standing({});
    await on.ask("PATCH", "/api/ui/control", { safe_mode: true });
    leave(on, "100");
    await on.pass(6_000);
    expect([marginOf(on), held(on)]).toEqual([["margin on"], ["0.025", "-0.025"]]);
  });
});

describe("what goes out, and what comes back", () => {
  test("no order is opened beyond the budget of a minute; what closes leaves all the same, and then it holds", async () => {
    const on = await standing({ settings: { limits: { placePerMin: 3 } } });
    expect(await on.ask("POST", "/api/arb/execute", EXECUTE)).toMatchObject({
      status: 400,
      body: { code: "order_rate_limit_exceeded" },
    });
    const [hedge] = on.engine.rooms.executor.hedges();
    await on.ask("POST", `/api/ui/positions/${hedge?.intent.id}/close`, {});
    await on.pass(1_000);
    expect([held(on), causes(on)]).toEqual([["0", "0"], ["runaway on"]]);
    await on.pass(2 * MINUTE + 1_000);
    expect(causes(on)).toEqual(["runaway over"]);
  });

  test("recovery that is refused three times in a row holds", async () => {
    const on = await stage({ settings: { ...STAY, limits: { maxDelta: usdt("5000") } }, paces: QUICK });
    for (let nth = 1; nth <= 3; nth += 1) on.simulated.misfortune.next(OKX_PERP, "place.reject", {}, nth);
    for (let nth = 2; nth <= 3; nth += 1) on.simulated.misfortune.next(BINANCE_UM, "place.reject", {}, nth);
    await on.ask("POST", "/api/arb/execute", EXECUTE);
    await on.pass(5_000);
    expect(causes(on)).toContain("rejects on");
  });
});

describe("where we write", () => {
  test("too little room holds, and is over when there is room again", async () => {
    let free = 300 * 1_048_576;
    const on = await stage({ freeBytes: () => free });
    await on.pass(2_000);
    expect(causes(on)).toEqual([]);
    free = 199 * 1_048_576;
    await on.pass(1_000);
    expect(causes(on)).toEqual(["disk on"]);
    free = 9_000 * 1_048_576;
    await on.pass(MINUTE + 1_000);
    expect(causes(on)).toEqual(["disk over"]);
  });
});

describe("when a venue is worked on", () => {
  const readings = ({ engine }: Stage): readonly string[] =>
    engine.watches
      .readings()
      .filter(({ id }) => id === "maintenance")
      .flatMap((watch) => watch.readings.map(({ source, level }) => `${source} ${level}`));

  test("what OKX announces is seen coming, holds while it lasts, and is over with it", async () => {
    const on = await stage({ settings: STAY, paces: QUICK });
    const dialect = on.simulated.dialects[1];
    if (!(dialect instanceof OkxDialect)) throw new Error("not OKX");
    const begin = after(on.clock.now(), 11 * MINUTE);
    dialect.maintenance.schedule({ title: "an upgrade", begin, end: after(begin, 2 * MINUTE) });
    await on.pass(6_000);
    expect(readings(on)).toEqual(["binance-um OK", "okx-perp WARN"]);
    await on.pass(2 * MINUTE);
    expect([readings(on), causes(on)]).toEqual([["binance-um OK", "okx-perp ERROR"], []]);
    await on.clock.runUntil(after(begin, 1_000));
    expect(causes(on)).toEqual(["maintenance on"]);
    await on.pass(4 * MINUTE);
    expect(causes(on)).toEqual(["maintenance over"]);
  });

  test("what was planned is a reason of its own to open nothing", async () => {
    const on = await stage();
    const now = on.clock.now();
    const window = { venue: BINANCE_UM, from: now, until: after(now, MINUTE), says: "planned" };
    on.change({ maintenanceWindows: [window] });
    // Before the watch has looked: the rule needs no HOLD.
    const answer = await on.ask("POST", "/api/arb/execute", EXECUTE);
    expect([answer.status, answer.body.code]).toEqual([400, "maintenance"]);
    await on.pass(1_000);
    expect(causes(on)).toEqual(["maintenance on"]);
  });
});

test("a fresh engine in good order has nothing to say, and every watch says so", async () => {
  const on = await standing({ freeBytes: () => 9_000 * 1_048_576 });
  await on.pass(2_000);
  const worse = on.engine.watches
    .readings()
    .flatMap(({ id, readings }) => readings.map((reading) => [id, reading.source, reading.level]))
    .filter(([, , level]) => level !== "OK");
  expect(worse).toEqual([]);
  expect(on.engine.watches.readings().map(({ id }) => id)).toEqual([
    "daily-loss",
    "drawdown",
    "delta",
    "margin",
    "caps",
    "feed",
    "unknown-orders",
    "clock-skew",
    "loop-lag",
    "rejects",
    "runaway",
    "rate",
    "disk",
    "maintenance",
  ]);
});
