import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Decision, LEGS } from "./quotes.ts";
import { rawWebSocket } from "./raw-socket.ts";
import { binanceParams, binanceQuery, okxHeaders, okxOrder } from "./sign.ts";
import { type ClientPlan, QUANTITY } from "./words.ts";

/**
 * The shape of the system before this one: a quote asked of each venue in turn, a leg sent to each venue in turn, a new
 * connection for every request, and a commit with a rollback journal before and after each order.
 */
export async function runSeedShape(plan: ClientPlan): Promise<Record<string, never>> {
  const folder = mkdtempSync(join(tmpdir(), "propbot-seed-shape-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const store = new Sqlite(join(folder, "orders.db"));
  store.pragma("journal_mode = DELETE");
  store.pragma("synchronous = FULL");
  store.exec("create table orders (id integer primary key, state text not null, body text not null)");
  const note = store.prepare("insert into orders (state, body) values (?, ?)");

  const leg = async (venue: "binance" | "okx", act: "open" | "close"): Promise<void> => {
    note.run("intended", `${venue} ${act}`);
    if (venue === "binance") {
      const { side, price } = LEGS[act].binance;
      const query = binanceQuery(plan, binanceParams(side, price, QUANTITY, act === "close"));
      await once(
        `${plan.urls.binance.rest}/fapi/v1/order?${query}`,
        "POST",
        { "x-mbx-apikey": plan.keys.binance.key },
        "",
      );
    } else {
      const path = "/api/v5/trade/order";
      const { side, price } = LEGS[act].okx;
      const body = JSON.stringify({ instId: "BTC-USDT-SWAP", ...okxOrder(side, price, act === "close") });
      await once(`${plan.urls.okx.rest}${path}`, "POST", okxHeaders(plan, "POST", path, body), body);
    }
    note.run("answered", `${venue} ${act}`);
  };
  const decision = new Decision(async (act) => {
    await once(`${plan.urls.binance.rest}/fapi/v1/ticker/bookTicker?symbol=BTCUSDT`, "GET", {}, "");
    await once(`${plan.urls.okx.rest}/api/v5/market/ticker?instId=BTC-USDT-SWAP`, "GET", {}, "");
    await leg("binance", act);
    await leg("okx", act);
  });
  const say = await rawWebSocket(plan.urls.okx.ws, "/ws/v5/public", (payload) => {
    const bid = /"bids":\[\["([\d.]+)"/.exec(payload.toString())?.[1];
    if (bid !== undefined) decision.onBid(Number(bid));
  });
  say(JSON.stringify({ op: "subscribe", args: [{ channel: "bbo-tbt", instId: "BTC-USDT-SWAP" }] }));
  await new Promise((wake) => setTimeout(wake, 1_000));
  return {};
}

/** A request on a connection of its own. */
function once(url: string, method: string, headers: Record<string, string>, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method, agent: false, headers: { ...headers, "content-length": body.length } },
      (answer) => {
        let text = "";
        answer.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        answer.on("end", () => resolve(text));
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}
