import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { price, quantity } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP, type VenueId, foreignOrderId, hedgeId } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import { after } from "#domain/time.ts";
import type { Receipt } from "#ports/journal.ts";
import type { AccountUpdate } from "#ports/venue.ts";
import { BTC } from "../../../test/kit.ts";
import { START, fixture, haveFixtures, scriptedWorld } from "../../../test/scripted-wire.ts";
import { venues } from "./venues.ts";

const receipt = {} as Receipt;

describe.skipIf(!haveFixtures)("orders over a websocket, against recorded answers (skipped without SHARED_DIR)", () => {
  const order = (venue: VenueId): OrderRequest => ({
    id: foreignOrderId(venue === OKX_PERP ? "axr8f2c01b0001" : "axr8f2c01b"),
    hedge: hedgeId("hedge1"),
    leg: "long",
    act: "open",
    asker: "automation",
    venue,
    instrument: BTC,
    side: "buy",
    quantity: quantity("0.137"),
    limitPrice: price("63921.50"),
    timeInForce: "ioc",
    reduceOnly: true,
    expiresAt: after(START, 800),
  });

  /** A venue whose order connection stands. */
  async function opened(id: VenueId) {
    const world = scriptedWorld();
    const [path, listing] =
      id === BINANCE_UM
        ? (["GET /fapi/v1/exchangeInfo", "binance/rest/exchangeInfo.excerpt.json"] as const)
        : (["GET /api/v5/public/instruments", "okx/rest/public-instruments-swap.excerpt.json"] as const);
    world.http.on(path, { body: fixture(listing) });
    const settings = { ...world.settings, orderEntry: "ws" as const, orderTag: "axr" };
    const venue = venues.find((each) => each.id === id)?.make(settings, world.deps) ?? expect.fail(id);
    await venue.marketData.instruments();
    const heard: AccountUpdate[] = [];
    venue.account.subscribe((update) => heard.push(update));
    await world.pass(0);
    const socket = world.sockets.latest("venue.test:3");
    socket.listener.opened();
    if (id === OKX_PERP) socket.listener.message('{"event":"login","code":"0","msg":"","connId":"a"}');
    const place = () => venue.trading.prepare(order(id)).send(receipt);
    const sent = () => JSON.parse(socket.sent.at(-1) ?? "null");
    const answer = (file: string) => {
      const recorded = JSON.parse(fixture(file));
      socket.listener.message(JSON.stringify({ ...(recorded.receive ?? recorded), id: sent().id }));
    };
    return { world, venue, heard, socket, place, sent, answer };
  }

  test("binance: parameters in the order of their names, signed as a whole, under an id of ours", async () => {
    const { place, sent, world } = await opened(BINANCE_UM);
    void place();
    const { id, method, params } = sent();
    const { signature, ...signed } = params;
    expect([typeof id, method]).toEqual(["string", "order.place"]);
    expect(signed).toEqual({
      apiKey: "key",
      newClientOrderId: "axr8f2c01b",
      newOrderRespType: "RESULT",
      price: "63921.5",
      quantity: "0.137",
      recvWindow: 800,
      reduceOnly: "true",
      side: "BUY",
      symbol: "BTCUSDT",
      timeInForce: "IOC",
      timestamp: START,
      type: "LIMIT",
    });
    expect(Object.keys(signed)).toEqual(Object.keys(signed).toSorted());
    const payload = Object.entries(signed)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join("&");
    expect(signature).toBe(createHmac("sha256", "demo-secret-not-real").update(payload).digest("hex"));
    expect(world.http.asked("/fapi/v1/order")).toEqual([]);
    expect(world.asked).toEqual(["open binance-um automation"]);
  });

  test("okx: the instrument by its number, the deadline beside the operation", async () => {
    const { place, sent, world } = await opened(OKX_PERP);
    void place();
    expect(sent()).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{1,32}$/),
      op: "order",
      expTime: `${START + 800}`,
      args: [
        {
          instIdCode: 10459,
          tdMode: "cross",
          side: "buy",
          ordType: "ioc",
          sz: "13.7",
          px: "63921.5",
          clOrdId: "axr8f2c01b0001",
          tag: "axr",
          reduceOnly: true,
        },
      ],
    });
    expect(world.http.asked("/api/v5/trade/order")).toEqual([]);
  });

  test.each([
    [BINANCE_UM, "binance/ws/wsapi-order-place.exchange.json", { outcome: "accepted" }],
    [BINANCE_UM, "binance/ws/wsapi-order-place-error.exchange.json", { fault: { kind: "rejected", code: "-2019" } }],
    [BINANCE_UM, "binance/ws/wsapi-order-place-503.exchange.json", { fault: { kind: "outcome-unknown" } }],
    [OKX_PERP, "okx/ws/op-order.exchange.json", { outcome: "accepted" }],
    [OKX_PERP, "okx/ws/op-order-reject-51008.exchange.json", { fault: { kind: "rejected", code: "51008" } }],
    [OKX_PERP, "okx/ws/op-order-no-instIdCode.exchange.json", { fault: { kind: "rejected", code: "50014" } }],
    [OKX_PERP, "okx/ws/op-order-60013.json", { fault: { kind: "rejected", code: "60013" } }],
  ] as const)("%s: %s", async (id, file, outcome) => {
    const { place, answer } = await opened(id);
    const placed = place();
    answer(file);
    expect(await placed).toMatchObject(outcome);
  });

  test.each([
    [BINANCE_UM, '"status":400,"error":{"code":-9999,"msg":"new"}'],
    [BINANCE_UM, '"status":500,"error":{}'],
    [BINANCE_UM, '"status":200'],
    [BINANCE_UM, '"result":{}'],
    [OKX_PERP, '"op":"order","code":"99999","msg":"new","data":[]'],
    [OKX_PERP, '"op":"order","code":"1","msg":"","data":[{"sCode":"59999","sMsg":""}]'],
    [OKX_PERP, '"op":"order","code":"0","msg":"","data":[]'],
    [OKX_PERP, '"op":"order"'],
  ])("%s: an answer that is in no table (%s) leaves the outcome unknown", async (id, body) => {
    const { place, sent, socket } = await opened(id);
    const placed = place();
    socket.listener.message(`{"id":"${sent().id}",${body}}`);
    expect(await placed).toMatchObject({ outcome: "fault", fault: { kind: "outcome-unknown" } });
  });

  test.each([
    [BINANCE_UM, "binance/ws/wsapi-order-place.exchange.json"],
    [OKX_PERP, "okx/ws/op-order.exchange.json"],
  ] as const)("%s: a yes that comes after it was given up is told to the account, once", async (id, file) => {
    const { place, answer, heard, world } = await opened(id);
    const placed = place();
    await world.pass(5_001);
    expect(await placed).toMatchObject({ fault: { kind: "outcome-unknown" } });
    answer(file);
    answer(file);
    const orders = heard.filter((update) => update.type === "order");
    expect(orders).toMatchObject([{ order: { id: order(id).id } }]);
  });

  test("binance: being told to be quiet over the websocket silences REST too", async () => {
    const { place, sent, socket, world } = await opened(BINANCE_UM);
    const placed = place();
    socket.listener.message(
      `{"id":"${sent().id}","status":418,"error":{"code":-1003,"msg":"banned until ${START + 60_000}"}}`,
    );
    expect(await placed).toMatchObject({ fault: { kind: "throttled", banned: true } });
    expect(await place()).toMatchObject({ fault: { kind: "throttled", banned: true } });
    expect(world.http.asked("/fapi/v1/order")).toEqual([]);
  });
});
