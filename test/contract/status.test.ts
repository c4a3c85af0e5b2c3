import { describe, expect, test } from "vitest";
import { OkxDialect } from "#adapters/simulator/dialects/okx/dialect.ts";
import { LeaseKeeper } from "#trading/engine/lease-keeper.ts";
import type { FaultVerb } from "#adapters/simulator/fault-verbs.ts";
import { bps, price, quantity, usdt } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { MINUTE, after } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Outside } from "#trading/status/outside.ts";
import { BTC } from "../kit.ts";
import { type Sides, WIDE } from "../still-market.ts";
import { type Stage, type StageGiven, TOKEN, stage } from "./stage.ts";

const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 1 };
const STAY = { exitTargetBps: bps("1000"), stopBps: bps("1000"), maxHoldMs: 86_400_000 } as const;
const QUICK = {
  balanceMs: 1_000,
  reconcileMs: 4_000,
  reconcilePauseMs: 200,
  clockMs: 2_000,
  maintenanceMs: 6_000,
} as const;
const ROOM = 9_000 * 1_048_576;
/** What is left on the disk that some of these write to. */
const room = { bytes: ROOM };

/** The world around a server in good order. */
const healthy = (clock: Clock): Outside => ({
  lease: () => ({ holder: "here:1", epoch: 1, expires: null, sinceRenewedMs: 500, lost: false }),
  audit: () => ({ sequence: 0, anchored: null, verified: { at: clock.now(), sequence: 0 }, fault: null }),
  keys: () => ({ at: clock.now(), exposed: [], weak: [], grave: true, oldestDays: null, ageless: 2 }),
  config: () => ({ at: clock.now(), loaded: "ab", file: null, path: null, problems: [] }),
  stream: () => ({ at: clock.now(), clients: 0, dropped: 0, serving: true }),
  metrics: () => clock.now(),
  telegram: () => "off",
  docs: () => ({ at: clock.now(), links: 3, dead: [] }),
});

/** A quiet market, not a dead one: what never changes at all is taken for a stream that has died. */
const breathing = (touch: string): readonly [Sides, Sides] => {
  const [cheap, dear] = WIDE;
  const first = (sides: Sides): Sides => ({
    ...sides,
    bids: sides.bids.map(([at, of], index) => [at, index === 0 ? touch : of]),
  });
  return [first(cheap), first(dear)];
};

async function up(given: StageGiven = {}): Promise<Stage> {
  const on = await stage({
    outside: healthy,
    freeBytes: () => ROOM,
    ...given,
    settings: { ...STAY, ...given.settings },
    paces: { ...QUICK, ...given.paces },
  });
  let breath = 0;
  on.clock.every(1_000, () => {
    breath = 1 - breath;
    on.market.show(breathing(breath === 0 ? "2" : "2.1"));
    for (const exchange of on.simulated.exchanges) exchange.mark(BTC, price(breath === 0 ? "60093" : "60093.1"));
  });
  return on;
}

/** What is not well, by name: what the page shows of it. */
async function ill(on: Stage): Promise<Record<string, string>> {
  const { body } = await on.ask("GET", "/api/ui/status/components");
  const components = body.components as readonly { id: string; status: string; enabled: boolean }[];
  return Object.fromEntries(
    components.flatMap(({ id, status, enabled }) => (status === "OK" || !enabled ? [] : [[id, status]])),
  );
}
const overall = async (on: Stage): Promise<string> => (await on.ask("GET", "/api/ui/status/overview")).body.overall;
const causes = ({ engine }: Stage): readonly string[] => {
  const { state } = engine.rooms.controller;
  return state.mode === "HOLD"
    ? state.causes.filter(({ clearedAt }) => clearedAt === null).map(({ code }) => code)
    : [];
};
const alarms = ({ ledger, feed }: Stage): string[] => {
  void ledger;
  const heard: string[] = [];
  feed.subscribe(({ type, code, says }) => void (type === "status" && heard.push(`${code} ${says.split(":")[0]}`)));
  return heard;
};

interface Cause {
  readonly name: string;
  readonly given?: StageGiven;
  /** Done to the simulated world, never to a field of ours. @returns how it is undone */
  readonly befall: (on: Stage) => void | Promise<void> | (() => void);
  readonly afterMs: number;
  /** The page then, whole: what is not in it is well. */
  readonly shows: Readonly<Record<string, string>>;
  readonly holds: readonly string[];
  /** How long until everything is well again; null where only a person ends it. */
  readonly overAfterMs: number | null;
}

const next =
  (verb: FaultVerb, venue: VenueId, args = {}) =>
  (on: Stage): void =>
    on.simulated.misfortune.next(venue, verb, args);
/** Whoever looks at an incident that is over must wait a minute; so do causes. */
const OVER = 2 * MINUTE + 10_000;

const CAUSES: readonly Cause[] = [
  {
    name: "a market stream stands open and says nothing",
    befall: next("freeze", OKX_PERP, { ms: 12_000 }),
    afterMs: 8_000,
    shows: {
      slo_watchdog: "ERROR",
      snapshot_diff: "ERROR",
      arb_engine: "ERROR",
      deriv_okx_perp: "ERROR",
      incidents: "WARN",
    },
    holds: [],
    overAfterMs: 6 * MINUTE,
  },
  {
    name: "an update of a book is missing",
    befall: next("gap", OKX_PERP),
    afterMs: 2_000,
    shows: { snapshot_diff: "WARN" },
    holds: [],
    overAfterMs: OVER,
  },
  {
    name: "a position nobody told us of",
    befall: (on) => {
      on.simulated.exchanges[1].restore(BTC, quantity("0.02"), usdt("1200"));
      return () => on.simulated.exchanges[1].restore(BTC, quantity("0"), usdt("0"));
    },
    afterMs: 12_000,
    shows: {
      recon: "HOLD",
      slo_watchdog: "ERROR",
      kill_caps: "HOLD",
      exposure_monitor: "HOLD",
      live_readiness: "WARN",
      incidents: "WARN",
    },
    holds: ["recon", "delta"],
    overAfterMs: OVER,
  },
  {
    name: "the clocks of the venues go wrong",
    befall: (on) => {
      on.venueClock.skewMs = 4_000;
      return () => void (on.venueClock.skewMs = 0);
    },
    afterMs: 9_000,
    shows: { clock_skew: "HOLD", live_readiness: "WARN", incidents: "WARN" },
    holds: ["clock"],
    overAfterMs: OVER,
  },
  {
    name: "OKX will be worked on, and is",
    befall: (on) => {
      const dialect = on.simulated.dialects[1];
      if (!(dialect instanceof OkxDialect)) throw new Error("not OKX");
      const begin = after(on.clock.now(), 20_000);
      dialect.maintenance.schedule({ title: "an upgrade", begin, end: after(begin, MINUTE) });
    },
    afterMs: 30_000,
    shows: { maintenance_calendar: "HOLD", live_readiness: "WARN", incidents: "WARN" },
    holds: ["maintenance"],
    overAfterMs: 4 * MINUTE,
  },
  {
    name: "Binance bans us",
    befall: next("ban", BINANCE_UM, { ms: 20_000 }),
    afterMs: 8_000,
    shows: {
      rate_limit: "HOLD",
      deriv_binance_um: "ERROR",
      live_readiness: "WARN",
      recon: "UNKNOWN",
      incidents: "WARN",
    },
    holds: ["rate"],
    overAfterMs: OVER,
  },
  {
    name: "the size of a lot changes",
    befall: next("lot_change", OKX_PERP),
    afterMs: 6 * MINUTE,
    shows: { conformance: "HOLD", universe_registry: "WARN", incidents: "WARN" },
    holds: ["symbol"],
    overAfterMs: null,
  },
  {
    name: "the account keeps a position for each side",
    befall: next("mode_flip", BINANCE_UM),
    afterMs: 70_000,
    shows: { conformance: "HOLD", incidents: "WARN" },
    holds: ["account"],
    overAfterMs: null,
  },
  {
    name: "a venue takes our key for somebody else's",
    befall: (on) => on.venueSettings[1]?.keys.replace({ apiKey: "wrong", secret: "wrong", passphrase: "wrong" }),
    afterMs: 12_000,
    shows: { recon: "UNKNOWN", deriv_okx_perp: "HOLD", live_readiness: "WARN", incidents: "WARN" },
    holds: ["feed"],
    overAfterMs: null,
  },
  {
    name: "the disk is almost full",
    given: { freeBytes: () => room.bytes },
    befall: () => {
      room.bytes = 100 * 1_048_576;
      return () => void (room.bytes = ROOM);
    },
    afterMs: 8_000,
    shows: { journal_outbox: "HOLD", live_readiness: "WARN", incidents: "WARN" },
    holds: ["disk"],
    overAfterMs: OVER,
  },
  {
    name: "a leg is closed by hand while the other one stands",
    befall: async (on) => {
      expect(await on.ask("POST", "/api/arb/execute", EXECUTE)).toMatchObject({ status: 200 });
      await on.pass(1_000);
      on.simulated.misfortune.next(OKX_PERP, "manual_close");
    },
    afterMs: 12_000,
    shows: {
      recon: "HOLD",
      slo_watchdog: "ERROR",
      kill_caps: "HOLD",
      exposure_monitor: "HOLD",
      live_readiness: "WARN",
      incidents: "WARN",
    },
    holds: ["delta", "foreign_order", "recon"],
    overAfterMs: null,
  },
];

describe("what befalls the world shows where it belongs, as the word that belongs to it, and nowhere else", () => {
  test.each(CAUSES)("$name", async ({ given = {}, befall, afterMs, shows, holds, overAfterMs }) => {
    const on = await up(given);
    await on.pass(5_000);
    expect(await ill(on)).toEqual({});
    expect(await overall(on)).toBe("OK");
    const heard = alarms(on);
    const undo = await befall(on);
    await on.pass(afterMs);
    expect(await ill(on)).toEqual(shows);
    expect([...causes(on)].toSorted()).toEqual([...holds].toSorted());
    expect(await overall(on)).toBe(
      holds.length > 0 ? "HOLD" : Object.values(shows).includes("ERROR") ? "ERROR" : "WARN",
    );
    for (const [id] of Object.entries(shows)) {
      const { body } = await on.ask("GET", "/api/ui/status/overview");
      const raised = (body.alerts as readonly { component_id: string }[]).filter((each) => each.component_id === id);
      expect(raised).toHaveLength(1);
    }
    if (overAfterMs === null) return;
    if (undo) undo();
    await on.pass(overAfterMs);
    expect(await ill(on)).toEqual({});
    // Cleared once for each time it was raised, whatever it came to in between.
    const standing = new Set<string>();
    for (const line of heard) {
      const [code = "", ...words] = line.split(" ");
      const component = words.join(" ").replace(/ is .*/, "");
      if (code === "alarm_cleared") expect([line, standing.delete(component)]).toEqual([line, true]);
      else standing.add(component);
    }
    expect([...standing]).toEqual([]);
    if (holds.length > 0) expect(on.engine.rooms.controller.state.mode).toBe("HOLD");
  });
});

describe("what cannot be seen is UNKNOWN, and never well", () => {
  test("a server that measures nothing outside of trading says so of each", async () => {
    const on = await up({ outside: () => ({}) });
    await on.pass(5_000);
    expect(await ill(on)).toEqual({
      leader_fencing: "UNKNOWN",
      keys_security: "UNKNOWN",
      compliance_worm: "UNKNOWN",
      metrics_pipeline: "UNKNOWN",
      config_pipeline: "UNKNOWN",
      ui_stream: "UNKNOWN",
      telegram: "UNKNOWN",
      operator_docs: "UNKNOWN",
    });
    expect(await overall(on)).toBe("WARN");
    const { body } = await on.ask("GET", "/api/ui/status/overview");
    expect(body.scores).toEqual({ P0: 1, P1: 1, P2: 1, P3: 1 });
  });

  test("what was measured too long ago says nothing any more", async () => {
    const on = await up();
    await on.pass(5_000);
    on.simulated.misfortune.next(OKX_PERP, "down", { ms: 20 * MINUTE });
    await on.pass(6 * MINUTE);
    const shown = await ill(on);
    expect(shown).toMatchObject({
      clock_skew: "UNKNOWN",
      maintenance_calendar: "UNKNOWN",
      rate_limit: "UNKNOWN",
      deriv_okx_perp: "UNKNOWN",
    });
    const { body } = await on.ask("GET", "/api/ui/status/components");
    const clock = body.components.find(({ id }: { id: string }) => id === "clock_skew");
    expect(clock.summary).toMatch(/last measured \d+ s ago/);
  });

  test("a disk that does not answer shows while it does not", async () => {
    const disk: { answers: boolean; release: (() => void)[] } = { answers: true, release: [] };
    const on = await up({
      flush: () => (disk.answers ? Promise.resolve() : new Promise((resolve) => disk.release.push(resolve))),
    });
    await on.pass(5_000);
    expect(await ill(on)).toEqual({});
    disk.answers = false;
    // Nothing trades: only the look at the disk that is taken every minute can tell.
    for (let second = 0; second < 70 && Object.keys(await ill(on)).length === 0; second += 1) await on.pass(1_000);
    expect(await ill(on)).toEqual({ journal_outbox: "WARN" });
    await on.pass(5_000);
    expect(await ill(on)).toMatchObject({ journal_outbox: "ERROR" });
    await on.pass(10_000);
    expect(await ill(on)).toMatchObject({ journal_outbox: "HOLD" });
    disk.answers = true;
    for (const release of disk.release) release();
    await on.pass(OVER);
    expect(await ill(on)).toEqual({});
  });

  test("a lease that is lost holds, and shows", async () => {
    let lost = false;
    const keeper: { it: LeaseKeeper | null } = { it: null };
    const on = await up({
      outside: (clock) => {
        keeper.it = new LeaseKeeper({
          clock,
          lease: {
            holder: "here:1",
            epoch: 3,
            renew: (now) =>
              Promise.resolve(
                lost
                  ? { outcome: "lost", says: "there:2 holds it" }
                  : { outcome: "renewed", expires: after(now, 10_000) },
              ),
          },
          report: (says) => on.engine.rooms.autoHold.report("lease", "lease", says),
        });
        keeper.it.begin();
        return { ...healthy(clock), lease: () => keeper.it?.reading() ?? null };
      },
    });
    await on.pass(5_000);
    expect(await ill(on)).toEqual({});
    lost = true;
    await on.pass(4_000);
    expect(await ill(on)).toMatchObject({ leader_fencing: "HOLD" });
    expect(causes(on)).toEqual(["lease"]);
    keeper.it?.close();
  });
});

describe("an incident", () => {
  const incidentsOf = async (on: Stage) => (await on.ask("GET", "/api/ui/incidents")).body;

  test("is opened by what holds, acknowledged by a person, closed by time, and tells its story", async () => {
    const on = await up();
    await on.pass(5_000);
    on.venueClock.skewMs = 4_000;
    await on.pass(9_000);
    const {
      incidents: [incident],
      open,
      unacknowledged,
    } = await incidentsOf(on);
    expect([open, unacknowledged, incident.component_id, incident.level, incident.status]).toEqual([
      1,
      1,
      "clock_skew",
      "HOLD",
      "open",
    ]);
    expect((await on.ask("POST", `/api/ui/incidents/${incident.id}/close`, {})).body.code).toBe("incident_goes_on");
    expect((await on.ask("POST", `/api/ui/incidents/${incident.id}/ack`, {})).body).toMatchObject({
      status: "acknowledged",
      acknowledged_by: "local",
    });
    expect((await on.ask("POST", "/api/ui/incidents/inNOBODY/ack", {})).status).toBe(404);
    on.venueClock.skewMs = 0;
    await on.pass(OVER);
    const { body: closed } = await on.ask("GET", `/api/ui/incidents/${incident.id}`);
    expect(closed).toMatchObject({ id: incident.id, status: "closed", closed_by: "system" });
    const story = (closed.timeline as readonly { says: string }[]).map(({ says }) => says.split(":")[0]);
    expect(story).toEqual(expect.arrayContaining(["HOLD", "acknowledged", "control", "OK", "closed"]));
    expect((await on.ask("POST", `/api/ui/incidents/${incident.id}/ack`, {})).body.code).toBe("incident_closed");
  });

  test("a P0 that nobody looks at for five minutes is an error of its own", async () => {
    const on = await up();
    on.venueClock.skewMs = 4_000;
    await on.pass(5 * MINUTE + 30_000);
    expect(await ill(on)).toMatchObject({ incidents: "ERROR" });
    const [{ id }] = (await incidentsOf(on)).incidents;
    await on.ask("POST", `/api/ui/incidents/${id}/ack`, {});
    await on.pass(2_000);
    expect(await ill(on)).toMatchObject({ incidents: "WARN" });
  });
});

describe("objectives", () => {
  test("are null until something was measured, and then what was", async () => {
    const on = await up();
    await on.pass(5_000);
    const { body: before } = await on.ask("GET", "/api/ui/status/slo");
    expect(before.slo).toMatchObject({
      order_cycle_ms_p95: null,
      naked_exposure_usdt_s_p99: null,
      reject_rate: null,
      recon_mismatch: 0,
    });
    await on.ask("POST", "/api/arb/execute", EXECUTE);
    await on.pass(2_000);
    const { body } = await on.ask("GET", "/api/ui/status/slo");
    const [hedge] = on.engine.rooms.executor.hedges();
    expect(hedge?.wasHedged).toBe(true);
    expect(body.slo.order_cycle_ms_p95).toBeGreaterThan(0);
    expect(body.slo.order_cycle_ms_p95).toBeLessThan(200);
  });

  test("a breach is told, and after its minutes it holds; kept again, it no longer does", async () => {
    const on = await up();
    await on.pass(5_000);
    const silence = (): void => on.simulated.misfortune.next(OKX_PERP, "freeze", { ms: 40_000 });
    silence();
    await on.pass(MINUTE);
    const { body } = await on.ask("GET", "/api/ui/status/slo");
    const gap = body.objectives.find(({ id }: { id: string }) => id === "ws_gap_ms_p95");
    expect(gap).toMatchObject({ ok: false, holding: false, threshold: 400 });
    expect(gap.value).toBeGreaterThan(10_000);
    expect(gap.burn_rate_1h).toBeGreaterThan(1);
    expect(await ill(on)).toMatchObject({ slo_watchdog: "ERROR" });
    expect(causes(on)).toEqual([]);
    for (let minute = 0; minute < 5; minute += 1) {
      silence();
      await on.pass(MINUTE);
    }
    expect(await ill(on)).toMatchObject({ slo_watchdog: "HOLD" });
    expect(causes(on)).toEqual(["slo"]);
  });
});

describe("whoever has no credential", () => {
  test("reads how everything stands, and no amount", async () => {
    const on = await up({ auth: true, settings: { limits: { maxDailyLoss: usdt("100") } } });
    await on.pass(2_000);
    const { body } = await on.ask("GET", "/api/ui/status/overview");
    const hidden = body.components.filter(({ id }: { id: string }) =>
      ["kill_caps", "pnl_tracker", "exposure_monitor", "limits_service"].includes(id),
    );
    for (const { metrics, summary } of hidden)
      expect([metrics, summary]).toEqual([{}, expect.stringMatching(/credential/)]);
    expect(body.slo.budget_remaining).toBeNull();
    expect(JSON.stringify(body)).not.toMatch(/USDT/);
    const { body: full } = await on.ask("GET", "/api/ui/status/overview", undefined, {
      authorization: "Bearer f3c1b6a9e0d24f7b8a5c6d7e8f901234",
    });
    expect(full.slo.budget_remaining).toBe(100);
    expect(full.components.find(({ id }: { id: string }) => id === "kill_caps").metrics).toHaveProperty("total");
  });
});

test("an answer that is told to many is of now, and each audience has its own", async () => {
  const on = await stage({ auth: true });
  const operator = { authorization: `Bearer ${TOKEN}` };
  const asked = async (headers = {}) => (await on.ask("GET", "/api/ui/status/overview", undefined, headers)).body;
  const hidden = (body: { components: readonly { summary: string }[] }): number =>
    body.components.filter(({ summary }) => summary.includes("whoever has a credential")).length;
  for (const body of [await asked(), await asked()]) expect(hidden(body)).toBeGreaterThan(0);
  for (const body of [await asked(operator), await asked(operator)]) expect(hidden(body)).toBe(0);
  expect(hidden(await asked())).toBeGreaterThan(0);
  expect((await asked(operator)).mode).toBe("RUN");
  const before = on.clock.now();
  on.engine.rooms.controller.hold("operator", "a test");
  const answer = await on.api.inject({ method: "GET", url: "/api/ui/status/overview" });
  expect([answer.json().mode, on.clock.now()]).toEqual(["HOLD", before]);
  const looked = answer.json().ts;
  await on.pass(1_000);
  expect((await asked()).ts > looked).toBe(true);
});
