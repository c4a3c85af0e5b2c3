import { array, assert, boolean, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  bps,
  negate,
  notional,
  NO_USDT,
  type Price,
  type Quantity,
  subtract,
  type Usdt,
  usdt,
} from "#domain/decimal.ts";
import { price, quantity } from "#domain/decimal.ts";
import { BTC, START, placement, stage } from "../../../test/simulator-kit.ts";
import { Position } from "./wallet.ts";

const fills = array(
  record({
    buys: boolean(),
    ticks: integer({ min: 1, max: 900_000 }),
    lots: integer({ min: 1, max: 5_000 }),
  }),
  { minLength: 1, maxLength: 40 },
);

test("closed to nothing, a position has earned exactly the cash of its fills", () => {
  assert(
    property(fills, integer({ min: 1, max: 900_000 }), (rows, last) => {
      const position = new Position(BTC, "net");
      let cash = 0n;
      let realized = 0n;
      const fill = (side: "buy" | "sell", at: Price, of: Quantity): void => {
        const paid = notional(at, of);
        cash += side === "buy" ? -paid : paid;
        realized += position.fill(side, at, of, START);
      };
      const tick = price("0.1");
      const lot = quantity("0.0001");
      for (const { buys, ticks, lots } of rows) {
        fill(buys ? "buy" : "sell", (tick * BigInt(ticks)) as Price, (lot * BigInt(lots)) as Quantity);
      }
      const { quantity: held } = position;
      if (held !== 0n) {
        const size = (held > 0n ? held : -held) as Quantity;
        fill(held > 0n ? "sell" : "buy", (tick * BigInt(last)) as Price, size);
      }
      expect(position.quantity).toBe(0n);
      expect(position.cost).toBe(0n);
      expect(realized).toBe(cash);
    }),
  );
});

test("the wallet is the deposit and every movement since, to the last digit", () => {
  const { clock, venues } = stage();
  const { exchange } = venues.okx;
  exchange.place(placement({ quantity: quantity("0.7"), form: "ioc" }));
  exchange.funding(BTC, { rate: bps("1.23456789"), nextAt: clock.now(), intervalMs: 3_600_000 });
  clock.step();
  exchange.place(
    placement({ clientOrderId: "out", side: "sell", quantity: quantity("0.7"), limit: price("59999"), form: "ioc" }),
  );
  const { fills: trades, incomes, wallet, positions } = exchange.truth();
  let cash = NO_USDT;
  for (const trade of trades) {
    const paid = notional(trade.price, trade.quantity);
    cash = add(cash, trade.order.side === "buy" ? negate(paid) : paid);
    cash = subtract(cash, trade.fee);
  }
  const funding = incomes
    .filter(({ kind }) => kind === "funding")
    .reduce((sum, { amount }) => add(sum, amount), NO_USDT as Usdt);
  expect(funding).toBe(usdt("-5.18518514"));
  expect(positions.get(BTC)).toBe(0n);
  expect(subtract(wallet, usdt("100000"))).toBe(add(cash, funding));
});
