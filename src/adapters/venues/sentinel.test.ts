import { describe, expect, test } from "vitest";
import { BINANCE_UM, OKX_PERP, type VenueId } from "#domain/ids.ts";
import type { Drift, Venue } from "#ports/venue.ts";
import { BTC } from "../../../test/kit.ts";
import { type ScriptedWorld, fixture, haveFixtures, scriptedWorld } from "../../../test/scripted-wire.ts";
import { Sentinel, fields } from "./sentinel.ts";
import { venues } from "./venues.ts";

test("a new field is told once, by its name; also to whoever listens later", () => {
  const sentinel = new Sentinel({ order: fields("id\n  price") }, (path, body) => ({ kind: path, rows: [body] }));
  const heard: Drift[] = [];
  sentinel.answer("order", { id: 1, price: "1" });
  sentinel.answer("order", { id: 1, price: "1", colour: "red" });
  sentinel.listen((drift) => heard.push(drift));
  sentinel.answer("order", { id: 2, colour: "blue" });
  sentinel.answer("something", { colour: "blue" });
  expect(heard).toEqual([{ cause: "shape", instrument: null, says: "order has a field we do not know: colour" }]);
  sentinel.unreadable("/positions");
  sentinel.unreadable("/positions");
  expect(heard).toHaveLength(2);
});

describe.skipIf(!haveFixtures)("against recorded answers (skipped without SHARED_DIR)", () => {
  interface Case {
    readonly id: VenueId;
    readonly listing: string;
    readonly path: string;
    readonly account: (world: ScriptedWorld) => void;
    readonly change: (text: string) => string;
    readonly changed: RegExp;
    readonly drifted: (world: ScriptedWorld) => void;
    readonly misfits: readonly RegExp[];
  }
  const CASES: readonly Case[] = [
    {
      id: BINANCE_UM,
      listing: "binance/rest/exchangeInfo.excerpt.json",
      path: "GET /fapi/v1/exchangeInfo",
      account: ({ http }) =>
        http
          .on("GET /fapi/v1/accountConfig", { body: fixture("binance/rest/accountConfig.json") })
          .on("POST /fapi/v1/marginType", { body: '{"code":200,"msg":"success"}' })
          .on("POST /fapi/v1/leverage", { body: fixture("binance/rest/leverage-set.json") })
          .on("GET /fapi/v1/symbolConfig", { body: '[{"symbol":"BTCUSDT","marginType":"CROSSED","leverage":5}]' }),
      change: (text) =>
        text.replace('"tickSize":"0.10"', '"tickSize":"0.50"').replace('"tickSize": "0.10"', '"tickSize": "0.50"'),
      changed: /^BTCUSDT: tick was 0.1 and is 0.5$/,
      drifted: ({ http }) =>
        http
          .on("GET /fapi/v1/accountConfig", {
            body: '{"canTrade":true,"canWithdraw":false,"dualSidePosition":true}',
          })
          .on("GET /fapi/v1/symbolConfig", { body: '[{"symbol":"BTCUSDT","marginType":"ISOLATED","leverage":20}]' }),
      misfits: [/long\/short mode/, /margin is ISOLATED/, /leverage is 20, and was set to 5/],
    },
    {
      id: OKX_PERP,
      listing: "okx/rest/public-instruments-swap.excerpt.json",
      path: "GET /api/v5/public/instruments",
      account: ({ http }) =>
        http
          .on("GET /api/v5/account/config", { body: fixture("okx/rest/account-config.json") })
          .on("POST /api/v5/account/set-leverage", { body: fixture("okx/rest/account-set-leverage.json") })
          .on("GET /api/v5/account/leverage-info", {
            body: '{"code":"0","msg":"","data":[{"instId":"BTC-USDT-SWAP","lever":"5"}]}',
          }),
      change: (text) => text.replace(/"state":\s*"live"/, '"state":"suspend"'),
      changed: /^BTC-USDT-SWAP is no longer open for trading/,
      drifted: ({ http }) =>
        http
          .on("GET /api/v5/account/config", {
            body: '{"code":"0","msg":"","data":[{"acctLv":"2","posMode":"long_short_mode","perm":"read_only"}]}',
          })
          .on("GET /api/v5/account/leverage-info", {
            body: '{"code":"0","msg":"","data":[{"instId":"BTC-USDT-SWAP","lever":"20"}]}',
          }),
      misfits: [/long\/short mode/, /may no longer trade/, /leverage is 20, and was set to 5/],
    },
  ];

  async function watched(given: Case) {
    const world = scriptedWorld();
    world.http.on(given.path, { body: fixture(given.listing) });
    given.account(world);
    const venue: Venue =
      venues.find(({ id }) => id === given.id)?.make(world.settings, world.deps) ?? expect.fail(given.id);
    const listed = await venue.marketData.instruments();
    const known = listed.outcome === "answered" ? listed.value.filter(({ id }) => id === BTC) : [];
    const [btc] = known;
    if (!btc) throw new Error("BTC is not listed");
    expect(await venue.account.prepare(btc, 5)).toMatchObject({ outcome: "answered" });
    const heard: Drift[] = [];
    venue.watchDrift(known, (drift) => heard.push(drift));
    return { world, heard, venue };
  }

  test.each(CASES)("$id: nothing changes, nothing is told", async (given) => {
    const { world, heard } = await watched(given);
    await world.pass(11 * 60_000);
    expect(heard).toEqual([]);
  });

  test.each(CASES)("$id: an instrument that changes is told within five minutes, once", async (given) => {
    const { world, heard } = await watched(given);
    world.http.on(given.path, { body: given.change(fixture(given.listing)) });
    await world.pass(11 * 60_000);
    expect(heard).toEqual([{ cause: "symbol", instrument: BTC, says: expect.stringMatching(given.changed) }]);
  });

  test.each(CASES)("$id: an account that is set up otherwise is told within a minute, once", async (given) => {
    const { world, heard } = await watched(given);
    given.drifted(world);
    await world.pass(150_000);
    expect(heard.map(({ cause }) => cause)).toEqual(given.misfits.map(() => "account"));
    for (const [index, says] of given.misfits.entries()) expect(heard[index]?.says).toMatch(says);
  });

  test.each(CASES)("$id: an instrument that disappears is told", async (given) => {
    const { world, heard } = await watched(given);
    world.http.on(given.path, { body: fixture(given.listing).replaceAll("BTC", "XBT") });
    await world.pass(5 * 60_000);
    expect(heard.at(-1)?.says).toMatch(/is no longer listed/);
  });
});
