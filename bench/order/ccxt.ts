import ccxt, { type Exchange } from "ccxt";
import { Decision, LEGS } from "./quotes.ts";
import { type ClientPlan, QUANTITY } from "./words.ts";

const BTC = "BTC/USDT:USDT";

/** ccxt, rate limits off, markets loaded: both legs asked for at once, over REST or by `createOrderWs`. */
export async function runCcxt(plan: ClientPlan): Promise<Record<string, never>> {
  const [binance, okx] = [binanceOf(plan), okxOf(plan)];
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

function binanceOf({ urls, keys }: ClientPlan): Exchange {
  const { key, secret } = keys.binance;
  const { rest, ws } = urls.binance;
  const client = new ccxt.pro.binanceusdm({
    apiKey: key,
    secret,
    enableRateLimit: false,
    has: { fetchCurrencies: false },
    options: { fetchMarkets: ["linear"] },
  });
  const api = client.urls["api"] as Record<string, unknown> & { readonly ws: Record<string, unknown> };
  for (const version of [1, 2, 3]) {
    const suffix = version === 1 ? "" : `V${version}`;
    api[`fapiPublic${suffix}`] = `${rest}/fapi/v${version}`;
    api[`fapiPrivate${suffix}`] = `${rest}/fapi/v${version}`;
  }
  api.ws["future"] = `${ws}/ws`;
  api.ws["ws-api"] = { future: `${ws}/ws-fapi/v1` };
  return client;
}

function okxOf({ urls, keys }: ClientPlan): Exchange {
  const { key, secret, passphrase } = keys.okx;
  const { rest, ws } = urls.okx;
  const client = new ccxt.pro.okx({
    apiKey: key,
    secret,
    password: passphrase,
    enableRateLimit: false,
    has: { fetchCurrencies: false },
    options: { defaultType: "swap", fetchMarkets: { types: ["swap"] } },
  });
  Object.assign(client.urls["api"] as object, { rest, ws: `${ws}/ws/v5` });
  return client;
}
