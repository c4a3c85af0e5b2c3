import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bps, format, price, quantity } from "#domain/decimal.ts";
import { OKX_PERP, foreignOrderId, hedgeId, instrumentId } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import { after } from "#domain/time.ts";
import type { Receipt } from "#ports/journal.ts";
import type { AccountUpdate, MarketUpdate, SubmitOutcome, Venue } from "#ports/venue.ts";
import {
  START,
  type ScriptedWorld,
  fixture,
  fixtureFrames,
  haveFixtures,
  scriptedWorld,
  kept,
} from "../../../../test/scripted-wire.ts";
import { baseQuantity, contractsOf } from "./decode.ts";
import { sign } from "./signer.ts";
import { okxVenue } from "./venue.ts";

const BTC = instrumentId("BTC-USDT-PERP");
const receipt = {} as Receipt;
/** Instruments are known before anything is ordered, as after every start. */
const submit = async (venue: Venue, wish: OrderRequest): Promise<SubmitOutcome> => {
  await venue.marketData.instruments();
  return venue.trading.prepare(wish).send(receipt);
};
const order: OrderRequest = {
  id: foreignOrderId("axr8f2c01b0001"),
  hedge: hedgeId("hedge1"),
  leg: "short",
  act: "open",
  asker: "automation",
  venue: OKX_PERP,
  instrument: BTC,
  side: "sell",
  quantity: quantity("0.137"),
  limitPrice: price("63940"),
  timeInForce: "ioc",
  reduceOnly: true,
  expiresAt: after(START, 1_000),
};

test.each([
  [
    "2025-06-15T15:06:40.000ZGET/api/v5/account/positions?instId=ETH-USDT-SWAP",
    "+c0MxCWiREE85YHgIXPzBZpDg6i1qacfX/ELpSsTqgQ=",
  ],
  [
    '2025-06-15T15:06:40.000ZPOST/api/v5/trade/order{"instId":"ETH-USDT-SWAP","tdMode":"cross","side":"sell","ordType":"market","sz":"5"}',
    "BTAK6+nDn9qccMK7jyHBBx5f2ClmL+LnDhcC3bwsGnI=",
  ],
  ["1750000000GET/users/self/verify", "vddGSUor7cC85/MLQhF23oD/xmEsS/B03SvcE2YLCps="],
])("the signature of %s", (prehash, signature) => {
  expect(sign(createSecretKey("demo-secret-not-real", "utf8"), prehash)).toBe(signature);
});

test.each([
  { base: "0.5", size: "0.01", lot: "0.0001", contracts: "50" },
  { base: "0.0137", size: "0.01", lot: "0.0001", contracts: "1.37" },
  { base: "2.345", size: "0.1", lot: "0.001", contracts: "23.45" },
  { base: "3.14", size: "1", lot: "0.01", contracts: "3.14" },
  { base: "0.01237", size: "0.01", lot: "0.0001", contracts: null },
])("$base in contracts of $size is $contracts", ({ base, size, lot, contracts }) => {
  const instrument = { contractSize: quantity(size), lot: quantity(lot) };
  expect(contractsOf(quantity(base), instrument)).toBe(contracts);
  if (contracts !== null) expect(baseQuantity(contracts, instrument)).toBe(quantity(base));
});

describe.skipIf(!haveFixtures)("against recorded answers (skipped without SHARED_DIR)", () => {
  const rest = (name: string) => ({ body: fixture(`okx/rest/${name}.json`) });
  const empty = { body: '{"code":"0","msg":"","data":[]}' };
  const open = (): { world: ScriptedWorld; venue: Venue } => {
    const world = scriptedWorld();
    world.http
      .on("GET /api/v5/public/instruments", rest("public-instruments-swap.excerpt"))
      .on("GET /api/v5/public/time", rest("public-time"))
      .on("GET /api/v5/trade/orders-pending", empty)
      .on("GET /api/v5/trade/fills", rest("fills"))
      .on("GET /api/v5/account/positions", rest("account-positions-net-short"));
    return { world, venue: okxVenue(world.settings, world.deps) };
  };

  test("instruments: lots in base units", async () => {
    const listed = await open().venue.marketData.instruments();
    const btc = listed.outcome === "answered" ? listed.value.find((each) => each.id === BTC) : undefined;
    expect(btc && [btc.tick, btc.lot, btc.contractSize, btc.minQuantity].map((value) => format(value))).toEqual([
      "0.1",
      "0.0001",
      "0.01",
      "0.0001",
    ]);
    expect(btc).toMatchObject({ symbol: "BTC-USDT-SWAP", tradable: true, maxLeverage: 100 });
  });

  test("an order leaves in contracts, with its deadline in a header, through the gate", async () => {
    const { world, venue } = open();
    world.http.on("POST /api/v5/trade/order", rest("order-place-ack-with-smsg"));
    expect(await submit(venue, order)).toMatchObject({
      outcome: "accepted",
      order: { status: "open", filled: 0n, venueOrderId: "3263694518785232896" },
    });
    const [sent] = world.http.asked("/api/v5/trade/order");
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      instId: "BTC-USDT-SWAP",
      tdMode: "cross",
      side: "sell",
      ordType: "ioc",
      sz: "13.7",
      px: "63940",
      clOrdId: "axr8f2c01b0001",
      reduceOnly: true,
    });
    expect(sent?.headers).toMatchObject({
      exptime: "1786541242000",
      "ok-access-timestamp": "2026-08-12T13:27:21.000Z",
    });
    expect(sent?.headers).not.toHaveProperty("x-simulated-trading");
    expect(world.asked).toEqual(["open okx-perp automation"]);
  });

  test.each([
    ["order-place-reject-50037-expired", "not-done"],
    ["order-place-reject-51000-clordid", "rejected"],
    ["order-place-reject-51008-margin", "rejected"],
    ["order-place-reject-51016-duplicate-clordid", "outcome-unknown"],
    ["order-place-reject-51024-account-blocked", "venue-stop"],
    ["order-place-reject-51030-funding", "not-done"],
    ["order-place-reject-51149-timeout", "outcome-unknown"],
    ["order-place-reject-51169-reduce-only-flat", "rejected"],
  ])("a placement answered %s is %s", async (name, kind) => {
    const { world, venue } = open();
    world.http.on("POST /api/v5/trade/order", rest(name));
    expect(await submit(venue, order)).toMatchObject({ outcome: "fault", fault: { kind } });
  });

  test.each([
    [{ outcome: "lost", says: "timeout" }, "outcome-unknown"],
    [{ outcome: "unreachable", says: "refused" }, "unreachable"],
    [{ body: "<html>" }, "outcome-unknown"],
    [{ status: 502, body: "" }, "outcome-unknown"],
    [{ body: '{"code":"0","msg":"","data":[]}' }, "outcome-unknown"],
  ] as const)("a placement that ends as %j is %s", async (answer, kind) => {
    const { world, venue } = open();
    world.http.on("POST /api/v5/trade/order", answer);
    expect(await submit(venue, order)).toMatchObject({ outcome: "fault", fault: { kind } });
  });

  test("an answer about the position mode stops the venue: the account is not as it was set up", async () => {
    const { world, venue } = open();
    world.http.on("POST /api/v5/trade/order", rest("order-place-reject-51000-posside"));
    expect(await submit(venue, order)).toMatchObject({ fault: { kind: "venue-stop", code: "51000" } });
  });

  test("a closed gate withholds", async () => {
    const { world, venue } = open();
    world.forbid("open");
    expect(await submit(venue, order)).toEqual({ outcome: "withheld" });
    expect(world.http.asked("/api/v5/trade/order")).toEqual([]);
  });

  test("a looked-up order brings all its fills, its fees positive because we paid them", async () => {
    const { world, venue } = open();
    world.http.on("GET /api/v5/trade/order", rest("order-query-filled"));
    const found = await venue.trading.lookUp(order);
    if (found.outcome !== "found") throw new Error(found.outcome);
    expect(found.fills.map((fill) => [fill.tradeId, format(fill.quantity), format(fill.fee)]).sort()).toEqual([
      ["2832749701", "0.1", "3.197055"],
      ["2832749702", "0.037", "1.1829048"],
    ]);
    world.http.on("GET /api/v5/trade/fills", empty);
    expect(await venue.trading.lookUp(order)).toMatchObject({ outcome: "fault", fault: { kind: "outcome-unknown" } });
    world.http.on("GET /api/v5/trade/order", rest("order-query-51603"));
    expect(await venue.trading.lookUp(order)).toEqual({ outcome: "not-found", venueTime: START });
  });

  test("cancelling: a wish taken, and one with nothing left to cancel", async () => {
    const { world, venue } = open();
    world.http.on("POST /api/v5/trade/cancel-order", rest("order-cancel-ack"), rest("order-cancel-reject-51400"));
    expect(await venue.trading.cancel(order)).toEqual({ outcome: "taken" });
    expect(await venue.trading.cancel(order)).toEqual({ outcome: "nothing-open" });
  });

  const watch = async () => {
    const { world, venue } = open();
    const heard: MarketUpdate[] = [];
    const listed = await venue.marketData.instruments();
    const instruments = listed.outcome === "answered" ? listed.value.filter((each) => each.id === BTC) : [];
    venue.marketData.subscribe(instruments, (update) => heard.push(kept(update)));
    await world.pass(0);
    const socket = world.sockets.latest("/ws/v5/public");
    socket.listener.opened();
    const says = () =>
      heard.map((update) =>
        update.type === "book" ? `book ${update.update.kind}` : update.type === "stream" ? update.state : update.type,
      );
    return { world, heard, socket, says };
  };

  test("market data: book, quotes, mark and funding of our instrument, nothing of the others", async () => {
    const { heard, socket, says } = await watch();
    expect(JSON.parse(socket.sent[0] ?? "")).toMatchObject({
      op: "subscribe",
      args: [{ channel: "books", instId: "BTC-USDT-SWAP" }, {}, {}, {}],
    });
    for (const text of fixtureFrames("okx/ws/books-BTC-USDT-SWAP.seq.json")) socket.listener.message(text);
    for (const text of fixtureFrames("okx/ws/bbo-tbt.seq.json")) socket.listener.message(text);
    socket.listener.message(fixture("okx/ws/mark-price.json"));
    socket.listener.message(fixture("okx/ws/funding-rate.json"));
    socket.listener.message("pong");
    expect(says()).not.toContain("bad-frame");
    expect(says()).not.toContain("book gap");
    expect(heard.find((update) => update.type === "best-quote")).toMatchObject({
      quote: { bidTick: 639214, bidLots: 42193, askTick: 639215, askLots: 79041 },
    });
    expect(heard.find((update) => update.type === "funding")).toMatchObject({
      funding: { rate: 182221218054n, intervalMs: 8 * 3_600_000 },
    });
  });

  test("market data: a gap is told at once and subscribed anew", async () => {
    const { socket, says } = await watch();
    for (const text of fixtureFrames("okx/ws/books-BTC-USDT-SWAP-gap.seq.json")) socket.listener.message(text);
    expect(says().at(-1)).toBe("book gap");
    expect(socket.sent.slice(-2).map((text) => JSON.parse(text).op)).toEqual(["unsubscribe", "subscribe"]);
  });

  test("market data: it pings in text, and gives a silent connection up", async () => {
    const { world, socket, says } = await watch();
    await world.pass(8_500);
    expect(socket.sent).toContain("ping");
    await world.pass(25_000);
    expect(says()).toContain("down");
    expect(world.sockets.all.length).toBeGreaterThan(1);
  });

  const login = async () => {
    const { world, venue } = open();
    const heard: AccountUpdate[] = [];
    venue.account.subscribe((update) => heard.push(update));
    await world.pass(0);
    const socket = world.sockets.latest("/ws/v5/private");
    socket.listener.opened();
    return { world, venue, heard, socket };
  };
  const confirm = async ({
    world,
    socket,
  }: {
    world: ScriptedWorld;
    socket: Awaited<ReturnType<typeof login>>["socket"];
  }) => {
    socket.listener.message('{"event":"login","code":"0","msg":"","connId":"a"}');
    for (const channel of ["orders", "positions", "balance_and_position"]) {
      socket.listener.message(JSON.stringify({ event: "subscribe", arg: { channel } }));
    }
    await world.pass(10);
  };

  test("the private stream logs in, subscribes, catches up, and only then is up", async () => {
    const session = await login();
    expect(JSON.parse(session.socket.sent[0] ?? "")).toMatchObject({
      op: "login",
      args: [{ apiKey: "key", timestamp: "1786541241" }],
    });
    await confirm(session);
    expect(session.heard.map((update) => update.type)).toEqual(["position", "stream"]);
    expect(session.heard[0]).toMatchObject({ position: { quantity: -137_000_000_000n } });
    for (const text of fixtureFrames("okx/ws/orders-filled.seq.json")) session.socket.listener.message(text);
    for (const text of fixtureFrames("okx/ws/positions.seq.json")) session.socket.listener.message(text);
    session.socket.listener.message(fixture("okx/ws/orders-liquidation.json"));
    const fills = session.heard.flatMap((update) => (update.type === "fill" ? [update.fill] : []));
    expect(fills.map((fill) => [fill.tradeId, format(fill.quantity), format(fill.fee)])).toEqual([
      ["2832749701", "0.1", "3.197055"],
      ["2832749702", "0.037", "1.1829048"],
      ["-118823", "0.137", "5.2068494"],
    ]);
    expect(session.heard.some((update) => update.type === "bad-frame")).toBe(false);
  });

  test("before the venue closes the private connection another one stands, and it is up all the time", async () => {
    const session = await login();
    await confirm(session);
    const heard = session.heard.length;
    session.socket.listener.message(fixture("okx/ws/notice-64008.json"));
    await session.world.pass(0);
    const next = session.world.sockets.latest("/ws/v5/private");
    expect(next).not.toBe(session.socket);
    expect(session.socket.closed).toBe(false);
    next.listener.opened();
    await confirm({ world: session.world, socket: next });
    for (const text of fixtureFrames("okx/ws/orders-filled.seq.json")) session.socket.listener.message(text);
    for (const text of fixtureFrames("okx/ws/orders-filled.seq.json")) next.listener.message(text);
    await session.world.pass(5_000);
    expect([session.socket.closed, next.closed]).toEqual([true, false]);
    const since = session.heard.slice(heard);
    expect(since.filter((update) => update.type === "stream")).toEqual([]);
    expect(since.filter((update) => update.type === "fill")).toHaveLength(2);
  });

  test("funding is told from the bills, once", async () => {
    const session = await login();
    await confirm(session);
    session.world.http.on("GET /api/v5/account/bills", rest("account-bills-funding"));
    session.socket.listener.message(fixture("okx/ws/balance_and_position-funding.json"));
    session.socket.listener.message(fixture("okx/ws/balance_and_position-funding.json"));
    await session.world.pass(10);
    const paid = session.heard.filter((update) => update.type === "funding");
    expect(paid).toMatchObject([{ payment: { id: "3263999900000000001", amount: 159_595_740_000n, instrument: BTC } }]);
  });

  test("a refused login is told and not hammered", async () => {
    const { world, heard, socket } = await login();
    socket.listener.message(fixture("okx/ws/login-failed.json"));
    await world.pass(30_000);
    expect(heard.map((update) => update.type)).toEqual(["bad-frame", "stream"]);
    expect(world.sockets.all).toHaveLength(1);
    await world.pass(31_000);
    expect(world.sockets.all).toHaveLength(2);
  });

  test("the account, read", async () => {
    const { world, venue } = open();
    world.http
      .on("GET /api/v5/account/config", rest("account-config"))
      .on("GET /api/v5/account/trade-fee", rest("account-trade-fee"))
      .on("GET /api/v5/account/balance", rest("account-balance"))
      .on("POST /api/v5/account/set-leverage", rest("account-set-leverage"))
      .on("GET /api/v5/account/leverage-info", rest("account-set-leverage"))
      .on("GET /api/v5/trade/orders-pending", rest("orders-pending"));
    const listed = await venue.marketData.instruments();
    const btc = listed.outcome === "answered" ? listed.value.find((each) => each.id === BTC) : undefined;
    if (!btc) throw new Error("BTC is not listed");
    expect(await venue.account.setup()).toEqual({
      outcome: "answered",
      value: { positionMode: "net", marginMode: "cross", canTrade: true, canWithdraw: false },
    });
    expect(await venue.account.prepare(btc, 5)).toEqual({ outcome: "answered", value: { leverage: 5 } });
    expect(await venue.account.fees(btc)).toMatchObject({
      value: { maker: 2_000_000_000_000n, taker: 5_000_000_000_000n, source: "account" },
    });
    expect(await venue.account.balance()).toMatchObject({
      value: { wallet: 24_995_620_040_200_000n, marginUsed: bps("14.01518354606") },
    });
    world.http.on("GET /api/v5/system/status", rest("system-status"));
    expect(await venue.maintenance()).toEqual({
      outcome: "answered",
      value: [{ venue: OKX_PERP, from: 1_786_590_000_000, until: 1_786_593_600_000, says: "Trading system upgrade" }],
    });
    expect(await venue.account.openOrders()).toMatchObject({ value: [{ filled: 37_000_000_000n, status: "open" }] });
    expect(await venue.account.fills(BTC, after(START, -60_000))).toMatchObject({ value: [{}, {}] });
  });
});
