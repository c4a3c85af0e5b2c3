import { describe, expect, test } from "vitest";
import { type Usdt, bps, divideRounded, format, price, quantity, share, usdt } from "#domain/decimal.ts";
import type { HedgeEvent } from "#domain/hedge.ts";
import { type Attribution, attribute } from "#trading/accounts/attribution.ts";
import { roundTripEdge } from "#trading/scanner/edge.ts";
import { aFill, aHedge, aReducingOrder, anIntent } from "../kit.ts";

/*
 * trading.md, section 2: q 0.02 BTC, buy A 60 000.0, sell B 60 186.0, taker 5 bps each side. Exit A sells 60 300.0,
 * B buys 60 318.0. Funding +0.060354. Net +1.012314 USDT = 8.44 bps.
 */
const FUNDING = usdt("0.060354");
const none = { long: null, short: null };
const text = (parts: Attribution | null): Record<string, string> =>
  Object.fromEntries(Object.entries(parts ?? {}).map(([name, value]) => [name, format(value as Usdt)]));

function worked(decided: { buy: string; sell: string; exitSell: string; exitBuy: string }): Attribution | null {
  const intent = anIntent({ buy: price(decided.buy), sell: price(decided.sell) });
  const [exitLong, exitShort] = [
    aReducingOrder(intent, "close", {
      leg: "long",
      attempt: 2,
      quantity: quantity("0.02"),
      at: price(decided.exitSell),
    }),
    aReducingOrder(intent, "close", {
      leg: "short",
      attempt: 2,
      quantity: quantity("0.02"),
      at: price(decided.exitBuy),
    }),
  ];
  const at = (request: typeof intent.long, of: string, fee: string): HedgeEvent => ({
    type: "filled",
    fill: aFill(request, { price: price(of), fee: usdt(fee) }),
  });
  const hedge = aHedge(
    intent,
    at(intent.long, "60000", "0.6"),
    at(intent.short, "60186", "0.60186"),
    {
      type: "exit-prepared",
      reason: "target",
      prices: { long: exitLong.decisionPrice, short: exitShort.decisionPrice },
      orders: [exitLong, exitShort],
    },
    at(exitLong.request, "60300", "0.603"),
    at(exitShort.request, "60318", "0.60318"),
  );
  return attribute(hedge, FUNDING, none);
}

describe("the worked example", () => {
  test("costs 1.20186 to enter and 1.20618 to leave", () => {
    const fee = (value: string): Usdt => share(usdt(value), bps("5"), "up");
    expect(format((fee("1200") + fee("1203.72")) as Usdt)).toBe("1.20186");
    expect(format((fee("1206") + fee("1206.36")) as Usdt)).toBe("1.20618");
  });

  test("is 31.0 bps gross; with entry fees only it would have looked like 21.0", () => {
    const { grossBps } = roundTripEdge({
      buyNotional: usdt("1200"),
      sellNotional: usdt("1203.72"),
      takerBuy: bps("5"),
      takerSell: bps("5"),
      exitBps: bps("0"),
      fundingBps: bps("0"),
      slippageBps: bps("0"),
    });
    expect(format(grossBps)).toBe("31");
    const entryOnly = divideRounded((usdt("3.72") - usdt("1.20186")) * 100_000n, usdt("1200"), "half-even");
    expect(Number(entryOnly) / 10).toBe(21);
  });

  test("nets +1.012314 USDT, 8.44 bps, in parts that sum exactly", () => {
    const result = worked({ buy: "60000", sell: "60186", exitSell: "60300", exitBuy: "60318" });
    expect(text(result)).toEqual({
      spread: "3.36",
      slippage: "0",
      fees: "-2.40804",
      funding: "0.060354",
      legRisk: "0",
      total: "1.012314",
    });
    const hundredths = divideRounded((result?.total ?? 0n) * 1_000_000n, usdt("1200"), "half-even");
    expect(Number(hundredths) / 100).toBe(8.44);
  });

  test("nets the same whatever had been decided on: what differs is slippage", () => {
    const result = worked({ buy: "59999", sell: "60187.5", exitSell: "60301", exitBuy: "60317" });
    expect(text(result)).toEqual({
      spread: "3.45",
      slippage: "-0.09",
      fees: "-2.40804",
      funding: "0.060354",
      legRisk: "0",
      total: "1.012314",
    });
  });
});
