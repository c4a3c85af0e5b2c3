import { expect, test } from "vitest";
import { format, price, quantity, usdt } from "#domain/decimal.ts";
import { BTC, change, levels, open, placement, stage } from "../../../test/simulator-kit.ts";
import type { Placement } from "./orders.ts";

interface Case {
  readonly says: string;
  readonly order: Partial<Placement>;
  readonly fills: readonly string[];
  readonly status: string;
}

test.each<Case>([
  { says: "an IOC takes what its limit allows", order: {}, fills: ["1 @ 60000.1"], status: "filled" },
  {
    says: "an IOC over two levels makes two fills",
    order: { quantity: quantity("2.5"), limit: price("60000.2") },
    fills: ["1 @ 60000.1", "1.5 @ 60000.2"],
    status: "filled",
  },
  {
    says: "what an IOC cannot get ends",
    order: { quantity: quantity("2") },
    fills: ["1 @ 60000.1"],
    status: "ended ioc",
  },
  { says: "an IOC below the market gets nothing", order: { limit: price("59000") }, fills: [], status: "ended ioc" },
  {
    says: "a FOK takes all or nothing",
    order: { quantity: quantity("2"), timeInForce: "fok" },
    fills: [],
    status: "ended fok",
  },
  {
    says: "a post-only that would take ends",
    order: { timeInForce: "post-only" },
    fills: [],
    status: "ended post-only",
  },
  {
    says: "a GTC below the market rests",
    order: { limit: price("59000"), timeInForce: "gtc" },
    fills: [],
    status: "open",
  },
  {
    says: "a market order goes as far as its band",
    order: { limit: null, quantity: quantity("4") },
    fills: ["1 @ 60000.1", "2 @ 60000.2"],
    status: "ended market",
  },
])("$says", ({ order, fills, status }) => {
  const { venues } = stage();
  const { exchange } = venues.okx;
  const placed = exchange.place(placement(order));
  if (placed.outcome === "refused") throw new Error(placed.refusal);
  const made = exchange.trades().map((trade) => `${format(trade.quantity)} @ ${format(trade.price)}`);
  expect(made).toEqual(fills);
  expect([placed.order.status, placed.order.cause].filter(Boolean).join(" ")).toBe(status);
  expect(new Set(exchange.trades().map(({ id }) => id)).size).toBe(fills.length);
});

test("Binance refuses a FOK or post-only order that cannot be, and keeps no trace of it", () => {
  const { exchange } = stage().venues.binance;
  expect(exchange.place(placement({ timeInForce: "fok", quantity: quantity("2") }))).toEqual({
    outcome: "refused",
    refusal: "unfillable",
  });
  expect(exchange.place(placement({ timeInForce: "post-only" }))).toMatchObject({ refusal: "would-take" });
  expect(exchange.orders()).toEqual([]);
});

test("what was taken stays taken until the market speaks of the level again", () => {
  const { exchange } = stage().venues.binance;
  exchange.place(placement());
  exchange.place(placement({ clientOrderId: "two" }));
  expect(exchange.trades()).toHaveLength(1);
  change(exchange, 1_001, [], [["60000.1", "0.4"]]);
  exchange.place(placement({ clientOrderId: "three" }));
  expect(exchange.trades().map((trade) => format(trade.quantity))).toEqual(["1", "0.4"]);
});

test("a best quote ahead of depth takes better levels away", () => {
  const { exchange } = stage().venues.binance;
  const [bid] = levels([["60000", "1"]]);
  const [ask] = levels([["60000.2", "0.5"]]);
  if (!bid || !ask) throw new Error("no levels");
  exchange.best(BTC, { bid, ask, sequence: 1_001 });
  exchange.place(placement({ quantity: quantity("2"), limit: price("60000.2") }));
  expect(exchange.trades().map((trade) => `${format(trade.quantity)} @ ${format(trade.price)}`)).toEqual([
    "0.5 @ 60000.2",
  ]);
});

test("resting orders fill by price, then by time, when the market comes to them", () => {
  const { exchange } = stage().venues.binance;
  const rest = { timeInForce: "gtc", quantity: quantity("1") } as const;
  exchange.place(placement({ ...rest, clientOrderId: "far", limit: price("59000") }));
  exchange.place(placement({ ...rest, clientOrderId: "first", limit: price("59500") }));
  exchange.place(placement({ ...rest, clientOrderId: "second", limit: price("59500") }));
  change(exchange, 1_001, [], [["59400", "1.5"]]);
  const made = exchange
    .trades()
    .map(({ order, quantity: of, price: at }) => [order.clientOrderId, format(of), format(at)]);
  expect(made).toEqual([
    ["first", "1", "59500"],
    ["second", "0.5", "59500"],
  ]);
  expect(exchange.trades().every(({ liquidity }) => liquidity === "maker")).toBe(true);
});

test("a public trade through a resting order fills it no further than its quantity", () => {
  const { exchange } = stage().venues.binance;
  exchange.place(placement({ timeInForce: "gtc", limit: price("59500") }));
  exchange.trade(BTC, { price: price("59499"), quantity: quantity("0.3"), taker: "sell", id: 1 });
  expect(exchange.trades().map((trade) => format(trade.quantity))).toEqual(["0.3"]);
});

test("an order that only reduces stops at flat", () => {
  const { exchange } = stage().venues.binance;
  expect(exchange.place(placement({ reduceOnly: true }))).toMatchObject({ refusal: "nothing-to-reduce" });
  exchange.place(placement({ quantity: quantity("0.5") }));
  expect(exchange.place(placement({ clientOrderId: "more", reduceOnly: true }))).toMatchObject({
    refusal: "would-increase",
  });
  exchange.place(placement({ clientOrderId: "back", side: "sell", limit: price("60000"), reduceOnly: true }));
  expect(exchange.truth().positions.get(BTC)).toBe(0n);
});

test("an order our margin cannot carry is refused", () => {
  const { exchange } = stage({ deposit: usdt("1000") }).venues.binance;
  expect(exchange.place(placement({ quantity: quantity("0.1") }))).toMatchObject({ refusal: "margin" });
  expect(exchange.place(placement({ quantity: quantity("0.08") })).outcome).toBe("accepted");
});

test.each([
  { selfTrade: "maker", quantity: "4", causes: ["self-trade", "ioc"], filled: "3" },
  { selfTrade: "taker", quantity: "4", causes: [null, "self-trade"], filled: "3" },
  { selfTrade: "both", quantity: "4", causes: ["self-trade", "self-trade"], filled: "3" },
  { selfTrade: "maker", quantity: "3", causes: [null, null], filled: "3" },
] as const)("an account does not trade with itself: the $selfTrade goes of $quantity", (row) => {
  const { exchange } = stage().venues.binance;
  exchange.place(placement({ clientOrderId: "rests", side: "sell", limit: price("60001"), timeInForce: "gtc" }));
  const { selfTrade, quantity: of } = row;
  exchange.place(placement({ limit: price("60001"), quantity: quantity(of), selfTrade }));
  expect(exchange.orders().map(({ cause }) => cause)).toEqual(row.causes);
  expect(exchange.orders().map(({ filled }) => format(filled))).toEqual(["0", row.filled]);
});

test("a new book forgets the old one", () => {
  const { exchange } = stage().venues.binance;
  open(exchange, [["50000", "1"]], [["50001", "1"]]);
  expect(
    exchange
      .market(BTC)
      .book.levels("ask", 9)
      .map(([at]) => format(at)),
  ).toEqual(["50001"]);
});
