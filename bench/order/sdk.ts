import { USDMClient, WebsocketAPIClient as BinanceApi } from "binance";
import { RestClient, WebsocketAPIClient as OkxApi, WebsocketClient } from "okx-api";
import { Decision, LEGS } from "./quotes.ts";
import { type ClientPlan, QUANTITY } from "./words.ts";

const QUIET = { trace: () => undefined, info: () => undefined, error: () => undefined };
const PATIENCE = { timeout: 10_000 };
const CONTRACTS = "1";
/** What OKX's websocket orders name the instrument by; the simulated venue lists it so. */
const INSTRUMENT = "BTC-USDT-SWAP";

/** The exchanges' own kind of clients, both legs asked for at once, over REST or over their websocket APIs. */
export async function runSdk(plan: ClientPlan): Promise<Record<string, never>> {
  const overWs = plan.variant === "sdk ws";
  const place = overWs ? await websocketLegs(plan) : restLegs(plan);
  const decision = new Decision((act) => Promise.allSettled(place(act)));
  const stream = new WebsocketClient({ wsUrl: `${plan.urls.okx.ws}/ws/v5/public` }, QUIET);
  stream.on("update", (event) => {
    const [row] = (event as { data: [{ bids: [[string]] }] }).data;
    decision.onBid(Number(row.bids[0]?.[0]));
  });
  void stream.subscribe([{ channel: "bbo-tbt", instId: INSTRUMENT }] as never);
  await new Promise((wake) => setTimeout(wake, 1_000));
  return {};
}

type Legs = (act: "open" | "close") => readonly Promise<unknown>[];

function restLegs({ urls, keys }: ClientPlan): Legs {
  const { binance, okx } = keys;
  const um = new USDMClient(
    {
      api_key: binance.key,
      api_secret: binance.secret,
      baseUrl: urls.binance.rest,
      keepAlive: true,
      disableTimeSync: true,
    } as never,
    PATIENCE,
  );
  const v5 = new RestClient(
    { apiKey: okx.key, apiSecret: okx.secret, apiPass: okx.passphrase, baseUrl: urls.okx.rest, keepAlive: true },
    PATIENCE,
  );
  return (act) => [
    um.submitNewOrder({
      symbol: "BTCUSDT",
      type: "LIMIT",
      timeInForce: "IOC",
      quantity: Number(QUANTITY),
      side: LEGS[act].binance.side,
      price: Number(LEGS[act].binance.price),
      reduceOnly: act === "close" ? "true" : "false",
    }),
    v5.submitOrder({
      instId: INSTRUMENT,
      tdMode: "cross",
      ordType: "ioc",
      sz: CONTRACTS,
      side: LEGS[act].okx.side,
      px: LEGS[act].okx.price,
      reduceOnly: act === "close",
    }),
  ];
}

async function websocketLegs({ urls, keys }: ClientPlan): Promise<Legs> {
  const { binance, okx } = keys;
  const options = {
    wsUrl: urls.binance.ws,
    restOptions: { baseUrl: urls.binance.rest },
    requestOptions: PATIENCE,
    attachEventListeners: false,
  };
  const um = new BinanceApi({ api_key: binance.key, api_secret: binance.secret, ...options }, QUIET);
  const v5 = new OkxApi(
    {
      accounts: [{ apiKey: okx.key, apiSecret: okx.secret, apiPass: okx.passphrase }],
      wsUrl: `${urls.okx.ws}/ws/v5/private`,
      attachEventListeners: false,
    } as never,
    QUIET,
  );
  const listed = (await new RestClient({ baseUrl: urls.okx.rest }, PATIENCE).getInstruments({
    instType: "SWAP",
    instId: INSTRUMENT,
  })) as unknown as [{ instIdCode: number }];
  const instIdCode = listed[0]?.instIdCode;
  const legs: Legs = (act) => [
    um.submitNewFuturesOrder("usdm", {
      symbol: "BTCUSDT",
      type: "LIMIT",
      timeInForce: "IOC",
      quantity: Number(QUANTITY),
      side: LEGS[act].binance.side,
      price: Number(LEGS[act].binance.price),
      reduceOnly: act === "close" ? "true" : "false",
      timestamp: Date.now(),
    } as never),
    v5.submitNewOrder({
      instIdCode,
      tdMode: "cross",
      ordType: "ioc",
      sz: CONTRACTS,
      side: LEGS[act].okx.side,
      px: LEGS[act].okx.price,
      reduceOnly: act === "close",
    } as never),
  ];
  // Both sockets are open, and logged in, before the first tick counts: something that is refused opens them.
  await Promise.allSettled(legs("close"));
  return legs;
}
