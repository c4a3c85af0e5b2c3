import { expect, test } from "vitest";
import { BTC, stage } from "../../../test/simulator-kit.ts";
import { type Quantity, type Usdt, format, price, quantity, usdt } from "#domain/decimal.ts";
import { liquidationPrice } from "./liquidation.ts";
import type { SimulatedExchange } from "./exchange.ts";

/** One position, opened at its mark of 60 000, and so much in the wallet. */
function held(of: Quantity, wallet: string): SimulatedExchange {
  const { venues } = stage();
  const { exchange } = venues.binance;
  exchange.mark(BTC, price("60000"));
  const side = of > 0n ? "buy" : "sell";
  const size = (of < 0n ? -of : of) as Quantity;
  const common = { clientOrderId: "a", instrument: BTC, side, quantity: size, bucket: "net", tag: "" } as const;
  exchange.place({ ...common, limit: null, timeInForce: "ioc", reduceOnly: false, form: "market" });
  exchange.transfer((usdt(wallet) - exchange.margins().wallet) as Usdt);
  return exchange;
}

test.each([
  ["0.1", "1000"],
  ["0.1", "300"],
  ["-0.1", "1000"],
  ["-0.1", "300"],
])("%s held with %s in the wallet: just short of it nothing happens, at it the venue closes", (of, wallet) => {
  const exchange = held(quantity(of), wallet);
  const market = exchange.market(BTC);
  const at = liquidationPrice(market, quantity(of), exchange.margins());
  if (at === null) throw new Error("no such price");
  const step = market.listing.tick * 2n * (quantity(of) > 0n ? 1n : -1n);
  exchange.mark(BTC, (at + step) as typeof at);
  expect(format(exchange.truth().positions.get(BTC) ?? quantity("9"))).toBe(of);
  exchange.mark(BTC, (at - step) as typeof at);
  expect(exchange.truth().positions.get(BTC) ?? 0n).not.toBe(quantity(of));
});

test("more in the wallet than a long could ever lose: no price brings it about", () => {
  const exchange = held(quantity("0.1"), "10000");
  expect(liquidationPrice(exchange.market(BTC), quantity("0.1"), exchange.margins())).toBeNull();
  expect(liquidationPrice(exchange.market(BTC), quantity("0"), exchange.margins())).toBeNull();
});
