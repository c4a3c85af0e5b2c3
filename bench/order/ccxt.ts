import type { Exchange } from "ccxt";
import { ccxtOf } from "../../test/contract/clients/ccxt-client.ts";
import { Decision, LEGS } from "./quotes.ts";
import { type ClientPlan, QUANTITY } from "./words.ts";

const BTC = "BTC/USDT:USDT";
/** The client's own default. */
const TIMEOUT_MS = 10_000;

/** ccxt, rate limits off, markets loaded: both legs asked for at once, over REST or by `createOrderWs`. */
export async function runCcxt(plan: ClientPlan): Promise<Record<string, never>> {
  const [binance, okx] = [ccxtOf("binance", plan, TIMEOUT_MS), ccxtOf("okx", plan, TIMEOUT_MS)];
  for (const each of [binance, okx]) {
    await each.loadHttpProxyAgent();
    await each.loadMarkets();
  }
  const overWs = plan.variant === "ccxt ws";
  const send = (
    exchange: Exchange,
    side: string,
    amount: number,
    price: string,
    reduceOnly: boolean,
    more: object,
  ): Promise<unknown> => {
    const params = { timeInForce: "IOC", ...(reduceOnly ? { reduceOnly } : {}), ...more };
    return overWs
      ? exchange.createOrderWs(BTC, "limit", side.toLowerCase() as "buy", amount, Number(price), params)
      : exchange.createOrder(BTC, "limit", side.toLowerCase() as "buy", amount, Number(price), params);
  };
  const trade = (act: "open" | "close"): Promise<unknown> => {
    const { binance: first, okx: second } = LEGS[act];
    return Promise.allSettled([
      send(binance, first.side, Number(QUANTITY), first.price, act === "close", {}),
      send(okx, second.side, 1, second.price, act === "close", { tdMode: "cross" }),
    ]);
  };
  if (overWs) await trade("close");
  const decision = new Decision(trade);
  const follow = async (): Promise<never> => {
    for (;;) {
      const quotes = await okx.watchBidsAsks([BTC]);
      decision.onBid(Number(quotes[BTC]?.bid));
    }
  };
  void follow().catch(() => undefined);
  await new Promise((wake) => setTimeout(wake, 1_000));
  return {};
}
