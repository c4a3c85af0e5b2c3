import { format } from "#domain/decimal.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { OwnListener } from "../../feed.ts";
import type { PrivateLine } from "../../interference.ts";
import { balanceWords, positionLine, positionWords } from "./account-words.ts";
import type { OkxInstruments } from "./instruments.ts";
import { orderEvent } from "./order-words.ts";

export const UID = "44705892343619999";

/** One push of a private channel: its data, and the instrument it is about, for those who asked for one only. */
export type PrivatePush = (channel: string, instId: string | null, fields: string) => void;

/** What the account's listeners hear, in the words of the private channels. */
export function privateEvents(
  exchange: SimulatedExchange,
  instruments: OkxInstruments,
  line: PrivateLine,
  push: PrivatePush,
): OwnListener {
  const now = (): string => `${Math.floor(exchange.clock.now())}`;
  return {
    order: (order, change, trade) => {
      const entry = instruments.of(order.instrument);
      const amended = change === "cut" ? "venue" : change === "amended" ? "user" : null;
      const event = orderEvent(order, trade, entry, exchange, amended);
      const data = JSON.stringify(event);
      let told = false;
      line.push(() => {
        // The venue says the same twice with another stamp: nobody may go by the text.
        push("orders", entry.instId, `"data":[${told ? JSON.stringify(restamped(event)) : data}]`);
        told = true;
      });
    },
    account: (cause, position, _moved, trades) => {
      const entry = position ? instruments.of(position.instrument) : null;
      const wallet = format(exchange.margins().wallet);
      const filled = cause === "order" ? "filled" : cause;
      const combined = JSON.stringify({
        pTime: now(),
        eventType: cause === "funding" ? "funding_fee" : cause === "transfer" ? "transferred" : filled,
        balData: [{ ccy: "USDT", cashBal: wallet, uTime: now() }],
        posData: position && entry && cause !== "funding" ? [positionLine(position, entry)] : [],
        trades: trades.map((trade) => ({ instId: entry?.instId ?? "", tradeId: `${trade.id}` })),
      });
      line.push(() => push("balance_and_position", null, `"data":[${combined}]`));
      const balance = JSON.stringify(balanceWords(exchange, "push"));
      line.push(() => push("account", null, `"eventType":"event_update","data":[${balance}]`));
      if (!position || !entry) return;
      const row = JSON.stringify({ ...positionWords(position, entry, exchange), pTime: now() });
      line.push(() => push("positions", entry.instId, `"eventType":"event_update","data":[${row}]`));
    },
    leverage: (instrument) => {
      const entry = instruments.of(instrument);
      const held = exchange.position(instrument, "net");
      if (held.quantity === 0n) return;
      const posData = [positionLine(held, entry)];
      const told = JSON.stringify({ pTime: now(), eventType: "set_leverage", balData: [], posData, trades: [] });
      line.push(() => push("balance_and_position", null, `"data":[${told}]`));
    },
  };
}

function restamped(event: Readonly<Record<string, unknown>>): unknown {
  return { ...event, uTime: `${Number(event["uTime"]) + 1}` };
}
