import { LEGS } from "./quotes.ts";
import { framed, rawSocket, rawWebSocket } from "./raw-socket.ts";
import { binanceFrame, binanceParams, binanceQuery, okxHeaders, okxLogin, okxOrder } from "./sign.ts";
import { type ClientPlan, GAP, QUANTITY, REST_PRICE } from "./words.ts";

type Act = "open" | "close";
type Ready = readonly [write: () => void, write: () => void];

/** Signed texts get old: the next pair is made while nothing happens, not while a tick waits. */
const REMAKE_MS = 500;

/**
 * The least it could be: raw sockets, a scan for one number, one comparison, and both orders written out beforehand. No
 * book, no costs, no rules, no journal, no gate, no answer read.
 */
export async function runLimit(plan: ClientPlan): Promise<Record<string, never>> {
  const make = plan.variant === "limit ws" ? await overWebsocket(plan) : await overRest(plan);
  let next: Record<Act, Ready> = { open: make("open"), close: make("close") };
  setInterval(() => {
    next = { open: make("open"), close: make("close") };
  }, REMAKE_MS);
  let open = false;
  const crossing = REST_PRICE + GAP / 2;
  const bids = Buffer.from('"bids":[["');
  const say = await rawWebSocket(plan.urls.okx.ws, "/ws/v5/public", (payload) => {
    const at = payload.indexOf(bids);
    if (at < 0) return;
    let bid = 0;
    for (let index = at + bids.length; ; index += 1) {
      const digit = (payload[index] as number) - 48;
      if (digit < 0 || digit > 9) break;
      bid = bid * 10 + digit;
    }
    if (bid > crossing === open) return;
    open = !open;
    const [first, second] = next[open ? "open" : "close"];
    first();
    second();
    setImmediate(() => {
      next = { open: make("open"), close: make("close") };
    });
  });
  say(JSON.stringify({ op: "subscribe", args: [{ channel: "bbo-tbt", instId: "BTC-USDT-SWAP" }] }));
  await new Promise((wake) => setTimeout(wake, 1_000));
  return {};
}

async function overWebsocket(plan: ClientPlan): Promise<(act: Act) => Ready> {
  const binance = await writer(plan.urls.binance.ws, "/ws-fapi/v1");
  const okx = await writer(plan.urls.okx.ws, "/ws/v5/private");
  okx(framed(okxLogin(plan)));
  const answer = (await (
    await fetch(`${plan.urls.okx.rest}/api/v5/public/instruments?instType=SWAP&instId=BTC-USDT-SWAP`)
  ).json()) as { data: [{ instIdCode: number }] };
  const { instIdCode } = answer.data[0];
  setInterval(() => okx(framed("ping")), 10_000);
  return (act) => {
    const { binance: one, okx: two } = LEGS[act];
    const first = framed(binanceFrame(plan, binanceParams(one.side, one.price, QUANTITY, act === "close")));
    const order = { instIdCode, ...okxOrder(two.side, two.price, act === "close") };
    const second = framed(JSON.stringify({ id: `b${Date.now()}${act}`, op: "order", args: [order] }));
    return [() => binance(first), () => okx(second)];
  };
}

/** Frames are made beforehand: what is written is written as it is. */
async function writer(url: string, path: string): Promise<(frame: Buffer) => void> {
  const { socket } = await opened(url, path);
  return (frame) => socket.write(frame);
}

async function opened(url: string, path: string): Promise<{ socket: Awaited<ReturnType<typeof rawSocket>> }> {
  const socket = await rawSocket(url);
  const upgraded = new Promise<void>((done) => socket.once("data", () => done()));
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: venue\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await upgraded;
  socket.on("data", () => undefined);
  return { socket };
}

async function overRest(plan: ClientPlan): Promise<(act: Act) => Ready> {
  const [binance, okx] = [await rawSocket(plan.urls.binance.rest), await rawSocket(plan.urls.okx.rest)];
  for (const socket of [binance, okx]) socket.on("data", () => undefined);
  const path = "/api/v5/trade/order";
  return (act) => {
    const { binance: one, okx: two } = LEGS[act];
    const query = binanceQuery(plan, binanceParams(one.side, one.price, QUANTITY, act === "close"));
    const first = `POST /fapi/v1/order?${query} HTTP/1.1\r\nHost: venue\r\nX-MBX-APIKEY: ${plan.keys.binance.key}\r\nContent-Length: 0\r\n\r\n`;
    const body = JSON.stringify({ instId: "BTC-USDT-SWAP", ...okxOrder(two.side, two.price, act === "close") });
    const headers = Object.entries(okxHeaders(plan, "POST", path, body)).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const second = `POST ${path} HTTP/1.1\r\nHost: venue\r\n${headers.join("")}Content-Length: ${body.length}\r\n\r\n${body}`;
    return [() => binance.write(first), () => okx.write(second)];
  };
}
