import { describe, expect, test } from "vitest";
import { bps, format, price, quantity } from "#domain/decimal.ts";
import { BINANCE_UM, foreignOrderId, hedgeId, instrumentId } from "#domain/ids.ts";
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
import { signerOf } from "./signer.ts";
import { binanceVenue } from "./venue.ts";

const BTC = instrumentId("BTC-USDT-PERP");
const receipt = {} as Receipt;
/** Instruments are known before anything is ordered, as after every start. */
const submit = async (venue: Venue, wish: OrderRequest): Promise<SubmitOutcome> => {
  await venue.marketData.instruments();
  return venue.trading.prepare(wish).send(receipt);
};
const order: OrderRequest = {
  id: foreignOrderId("axr8f2c01b"),
  hedge: hedgeId("hedge1"),
  leg: "long",
  act: "open",
  asker: "automation",
  venue: BINANCE_UM,
  instrument: BTC,
  side: "buy",
  quantity: quantity("0.137"),
  limitPrice: price("63921.50"),
  timeInForce: "ioc",
  reduceOnly: false,
  expiresAt: after(START, 800),
};

test("the signature of the documents", () => {
  const payload = "symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.5&recvWindow=5000&timestamp=1750000000000";
  expect(signerOf("demo-secret-not-real").sign(payload)).toBe(
    "743ca8186bf0631fca986b86efb2a66a20df74e1c43d904cbe670dedb4741484",
  );
});

describe.skipIf(!haveFixtures)("against recorded answers (skipped without SHARED_DIR)", () => {
  const rest = (name: string) => ({ body: fixture(`binance/rest/${name}.json`) });
  const error = (name: string) => {
    const { status, body } = JSON.parse(fixture(`binance/rest/errors/${name}.http.json`));
    return { status, body: typeof body === "string" ? body : JSON.stringify(body) };
  };
  const open = (): { world: ScriptedWorld; venue: Venue } => {
    const world = scriptedWorld();
    world.http
      .on("GET /fapi/v1/exchangeInfo", rest("exchangeInfo.excerpt"))
      .on("GET /fapi/v1/time", rest("time"))
      .on("GET /fapi/v1/fundingInfo", rest("fundingInfo.excerpt"))
      .on("GET /fapi/v1/depth", rest("depth-BTCUSDT-limit10"))
      .on("POST /fapi/v1/listenKey", rest("listenKey-post"))
      .on("GET /fapi/v1/openOrders", { body: "[]" })
      .on("GET /fapi/v1/userTrades", rest("userTrades-BTCUSDT"))
      .on("GET /fapi/v3/positionRisk", rest("positionRisk-v3"));
    return { world, venue: binanceVenue(world.settings, world.deps) };
  };

  test("instruments: tick, lot and minimum from the filters", async () => {
    const listed = await open().venue.marketData.instruments();
    const btc = listed.outcome === "answered" ? listed.value.find((each) => each.id === BTC) : undefined;
    expect(btc && [btc.tick, btc.lot, btc.maxQuantity].map((value) => format(value))).toEqual(["0.1", "0.001", "1000"]);
    expect(btc).toMatchObject({ symbol: "BTCUSDT", tradable: true });
  });

  test("an order leaves signed, with the deadline as its window, through the gate", async () => {
    const { world, venue } = open();
    world.http.on("POST /fapi/v1/order", rest("order-place-result-ioc-partial"));
    const outcome = await submit(venue, order);
    expect(outcome).toMatchObject({ outcome: "accepted", order: { status: "expired", venueOrderId: "790452112345" } });
    const [{ target } = { target: "" }] = world.http.asked("/fapi/v1/order");
    expect(target).toMatch(
      /^\/fapi\/v1\/order\?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=0.137&price=63921.5&newClientOrderId=axr8f2c01b&newOrderRespType=RESULT&recvWindow=800&timestamp=1786541241000&signature=[0-9a-f]{64}$/,
    );
    expect(world.asked).toEqual(["open binance-um automation"]);
  });

  test("a closed gate withholds, a passed deadline is not sent", async () => {
    const { world, venue } = open();
    world.forbid("open");
    expect(await submit(venue, order)).toEqual({ outcome: "withheld" });
    const late = await submit(venue, { ...order, expiresAt: START });
    expect(late).toMatchObject({ outcome: "fault", fault: { kind: "not-done" } });
    expect(world.http.asked("/fapi/v1/order")).toEqual([]);
  });

  test.each([
    ["503-unknown-execution", "outcome-unknown"],
    ["503-service-unavailable", "not-done"],
    ["400-2019-margin", "rejected"],
    ["400-4116-duplicate-id", "outcome-unknown"],
    ["401-2015-key", "venue-stop"],
  ])("a placement answered %s is %s", async (name, kind) => {
    const { world, venue } = open();
    world.http.on("POST /fapi/v1/order", error(name));
    expect(await submit(venue, order)).toMatchObject({ outcome: "fault", fault: { kind } });
  });

  test.each([
    [{ outcome: "lost", says: "timeout" }, "outcome-unknown"],
    [{ outcome: "unreachable", says: "refused" }, "unreachable"],
    [{ body: "<html>" }, "outcome-unknown"],
    [{ body: "{}" }, "outcome-unknown"],
  ] as const)("a placement that ends as %j is %s", async (answer, kind) => {
    const { world, venue } = open();
    world.http.on("POST /fapi/v1/order", answer);
    expect(await submit(venue, order)).toMatchObject({ outcome: "fault", fault: { kind } });
  });

  test("a wrong clock is measured again, and the order reported as not done", async () => {
    const { world, venue } = open();
    world.http.on("POST /fapi/v1/order", error("400-1021-ahead"));
    expect(await submit(venue, order)).toMatchObject({ fault: { kind: "not-done", code: "-1021" } });
    expect(world.http.asked("/fapi/v1/time")).toHaveLength(1);
  });

  test("after a 429 opens are held back, and what makes us safer still goes", async () => {
    const { world, venue } = open();
    world.http.on("POST /fapi/v1/order", error("429-orders")).on("DELETE /fapi/v1/order", rest("order-cancel"));
    expect(await submit(venue, order)).toMatchObject({ fault: { kind: "throttled" } });
    expect(await submit(venue, order)).toMatchObject({ fault: { kind: "throttled" } });
    expect(world.http.asked("/fapi/v1/order")).toHaveLength(1);
    expect(await venue.trading.cancel(order)).toEqual({ outcome: "taken" });
    expect(venue.budgetUsed()).toBe(1);
  });

  test("a looked-up order brings all its fills, or none of it counts", async () => {
    const { world, venue } = open();
    world.http.on("GET /fapi/v1/order", rest("order-query-filled"));
    const found = await venue.trading.lookUp(order);
    expect(found).toMatchObject({
      outcome: "found",
      order: { status: "filled" },
      fills: [{ tradeId: "6290117701", fee: 3196070000000n }, {}],
    });
    world.http.on("GET /fapi/v1/userTrades", { body: "[]" });
    expect(await venue.trading.lookUp(order)).toMatchObject({ outcome: "fault", fault: { kind: "outcome-unknown" } });
    world.http.on("GET /fapi/v1/order", error("400-2013-not-found"));
    expect(await venue.trading.lookUp(order)).toEqual({ outcome: "not-found", venueTime: START });
  });

  test("cancelling what is gone says so", async () => {
    const { world, venue } = open();
    world.http.on("DELETE /fapi/v1/order", error("400-2011-cancel-unknown"));
    expect(await venue.trading.cancel(order)).toEqual({ outcome: "nothing-open" });
  });

  const watch = async () => {
    const { world, venue } = open();
    const heard: MarketUpdate[] = [];
    const listed = await venue.marketData.instruments();
    const instruments = listed.outcome === "answered" ? listed.value.filter((each) => each.id === BTC) : [];
    const feed = venue.marketData.subscribe(instruments, (update) => heard.push(kept(update)));
    await world.pass(0);
    const socket = world.sockets.latest("/public/");
    socket.listener.opened();
    world.sockets.latest("/market/").listener.opened();
    const says = () =>
      heard.map((update) =>
        update.type === "book" ? `book ${update.update.kind}` : update.type === "stream" ? update.state : update.type,
      );
    return { world, heard, feed, socket, says };
  };

  test("market data: a bridged book, quotes, marks and funding, and a gap that ends in a new snapshot", async () => {
    const { world, heard, socket, says } = await watch();
    expect(socket.url).toBe("ws://venue.test:2/public/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker");
    const [first = "", second = "", ...rest100ms] = fixtureFrames("binance/ws/depth-BTCUSDT-100ms.seq.json");
    socket.listener.message(first);
    socket.listener.message(second);
    await world.pass(0);
    expect(says()).toEqual(["up", "book snapshot", "book delta"]);
    for (const text of rest100ms) socket.listener.message(text);
    for (const text of fixtureFrames("binance/ws/bookTicker.seq.json")) socket.listener.message(text);
    for (const text of fixtureFrames("binance/ws/markPriceUpdate.seq.json"))
      world.sockets.latest("/market/").listener.message(text);
    expect(heard.find((update) => update.type === "best-quote")).toMatchObject({
      quote: { bidTick: 639214, bidLots: 4213, askTick: 639215, askLots: 100 },
    });
    expect(heard.find((update) => update.type === "funding")).toMatchObject({
      funding: { rate: 512700000000n, intervalMs: 8 * 3_600_000 },
    });
    expect(heard.some((update) => update.type === "bad-frame")).toBe(false);
    const asked = world.http.asked("/fapi/v1/depth").length;
    socket.listener.message(fixtureFrames("binance/ws/depth-BTCUSDT-gap.seq.json").at(-1) ?? "");
    expect(says().at(-1)).toBe("book gap");
    await world.pass(1);
    expect(world.http.asked("/fapi/v1/depth").length).toBeGreaterThan(asked);
  });

  test("market data: when the connection ends every book is a gap, and it comes back by itself", async () => {
    const { world, socket, says, feed } = await watch();
    socket.listener.closed(1006, "gone");
    expect(says()).toEqual(["up", "down", "book gap"]);
    await world.pass(1_000);
    expect(world.sockets.all.filter((each) => each.url.includes("/public/"))).toHaveLength(2);
    feed.close();
    await world.pass(120_000);
    expect(world.sockets.all.filter((each) => each.url.includes("/public/"))).toHaveLength(2);
  });

  test("market data: a subscription that stays silent is given up", async () => {
    const { world, socket, says } = await watch();
    await world.pass(16_000);
    expect(says().slice(0, 2)).toEqual(["up", "down"]);
    expect(socket.closed).toBe(true);
  });

  const login = async () => {
    const { world, venue } = open();
    const heard: AccountUpdate[] = [];
    venue.account.subscribe((update) => heard.push(update));
    await world.pass(0);
    const socket = world.sockets.latest("/private/");
    socket.listener.opened();
    await world.pass(10);
    return { world, venue, heard, socket };
  };

  test("within 24 hours another private connection takes the place of the first, and it is up all the time", async () => {
    const { world, heard, socket } = await login();
    while (world.sockets.all.length === 1) await world.pass(60_000);
    expect(world.clock.now() - START).toBeLessThanOrEqual(23 * 3_600_000 + 120_000);
    const next = world.sockets.latest("/private/");
    next.listener.opened();
    expect(socket.closed).toBe(false);
    await world.pass(5_000);
    expect([socket.closed, next.closed]).toEqual([true, false]);
    expect(heard.map((update) => update.type)).toEqual(["position", "stream"]);
  });

  test("a changed setup is read again as soon as it is told", async () => {
    const { world, venue } = await login();
    const heard: unknown[] = [];
    venue.watchDrift([], (drift) => heard.push(drift));
    world.http
      .on("GET /fapi/v1/accountConfig", { body: '{"canTrade":false,"canWithdraw":false,"dualSidePosition":false}' })
      .on("GET /fapi/v1/symbolConfig", { body: "[]" });
    world.sockets.latest("/private/").listener.message(fixture("binance/ws/user-account-config.json"));
    await world.pass(1);
    expect(heard).toEqual([{ cause: "account", instrument: null, says: "the key may no longer trade" }]);
  });

  test("the private stream catches up before it is up, and counts each fill once", async () => {
    const { heard, socket } = await login();
    expect(heard.map((update) => update.type)).toEqual(["position", "stream"]);
    for (const text of fixtureFrames("binance/ws/user-order-filled.seq.json")) socket.listener.message(text);
    for (const text of fixtureFrames("binance/ws/user-order-filled.seq.json")) socket.listener.message(text);
    const fills = heard.flatMap((update) => (update.type === "fill" ? [update.fill] : []));
    expect(fills.map((fill) => [fill.tradeId, format(fill.quantity), format(fill.fee)])).toEqual([
      ["6290117701", "0.1", "3.19607"],
      ["6290117702", "0.037", "1.18254775"],
    ]);
    expect(heard.some((update) => update.type === "bad-frame")).toBe(false);
  });

  test("a funding payment has one name on the stream and in the income", async () => {
    const { world, venue, heard, socket } = await login();
    socket.listener.message(fixture("binance/ws/user-account-funding.json"));
    const pushed = heard.find((update) => update.type === "funding");
    world.http.on("GET /fapi/v1/income", rest("income-funding"));
    world.clock.jumpTo(after(START, 9_000_000 + 600_000));
    const listed = await venue.account.funding(START);
    expect(listed).toMatchObject({ outcome: "answered", value: [pushed?.type === "funding" ? pushed.payment : null] });
  });

  test("an expired listen key is replaced, and a liquidation is an order of nobody's", async () => {
    const { world, heard, socket } = await login();
    socket.listener.message(fixture("binance/ws/user-order-liquidation.json"));
    expect(heard.find((update) => update.type === "fill")).toMatchObject({
      fill: { order: "autoclose-1786541241000000001" },
    });
    socket.listener.message(fixture("binance/ws/user-listenKeyExpired.json"));
    await world.pass(1_000);
    expect(world.http.asked("/fapi/v1/listenKey")).toHaveLength(2);
    expect(world.sockets.all).toHaveLength(2);
  });

  test("the account, read and set up", async () => {
    const { world, venue } = open();
    world.http
      .on("GET /fapi/v1/accountConfig", rest("accountConfig"))
      .on("GET /fapi/v1/commissionRate", rest("commissionRate-BTCUSDT"))
      .on("GET /fapi/v3/account", rest("account-v3"))
      .on("POST /fapi/v1/positionSide/dual", error("400-4059-position-side"))
      .on("POST /fapi/v1/marginType", error("400-4046-margin-type"))
      .on("POST /fapi/v1/leverage", rest("leverage-set"))
      .on("GET /fapi/v1/symbolConfig", rest("symbolConfig"))
      .on("GET /fapi/v1/order", rest("order-query-filled"));
    const listed = await venue.marketData.instruments();
    const btc = listed.outcome === "answered" ? listed.value.find((each) => each.id === BTC) : undefined;
    if (!btc) throw new Error("BTC is not listed");
    expect(await venue.account.prepare(btc, 5)).toEqual({ outcome: "answered", value: { leverage: 5 } });
    expect(await venue.account.fees(btc)).toMatchObject({
      value: { maker: 2_000_000_000_000n, taker: 5_000_000_000_000n, source: "account" },
    });
    expect(await venue.account.balance()).toMatchObject({
      value: { wallet: 24_995_621_382_250_000n, marginUsed: bps("14.015266502201") },
    });
    expect(await venue.maintenance()).toEqual({ outcome: "answered", value: [] });
    expect(await venue.account.positions()).toMatchObject({
      value: [{ quantity: 137_000_000_000n, liquidationPrice: null }],
    });
    expect(await venue.account.fills(BTC, START)).toMatchObject({
      value: [{ order: "axr8f2c01b" }, { order: "axr8f2c01b" }],
    });
  });
});
