import { format, type Usdt } from "#domain/decimal.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { OwnListener } from "../../feed.ts";
import type { PrivateLine } from "../../interference.ts";
import { maintenanceOf } from "../../tiers.ts";
import type { Position } from "../../wallet.ts";
import { entryText } from "./account-words.ts";
import { orderEvent, tradeLite } from "./order-words.ts";
import type { BinanceSymbols } from "./symbols.ts";

/** How the account's stream tells what belongs together. */
export interface StreamManner {
  /** A trade's account update comes before its order update. */
  accountFirst: boolean;
}

/** What the account's listeners hear, in the words of the user data stream. `send` gets the name and the text. */
export function privateEvents(
  exchange: SimulatedExchange,
  symbols: BinanceSymbols,
  line: PrivateLine,
  manner: StreamManner,
  send: (event: string, text: string) => void,
): OwnListener {
  const behind: (() => void)[] = [];
  const push = (event: string, words: unknown): void => {
    // Said now, whatever becomes of the order before it is heard.
    const text = JSON.stringify(words);
    line.push(() => send(event, text));
  };
  const now = (): number => Math.floor(exchange.clock.now());
  return {
    order: (order, change, trade) => {
      const symbol = symbols.of(order.instrument);
      if (trade) push("TRADE_LITE", tradeLite(trade, symbol, now()));
      const event = orderEvent(order, change, trade, symbol, now());
      // The account update of a trade follows in the same step.
      if (trade && manner.accountFirst) behind.push(() => push("ORDER_TRADE_UPDATE", event));
      else push("ORDER_TRADE_UPDATE", event);
    },
    account: (cause, position, moved) => {
      const funding = cause === "funding";
      const reason = funding ? "FUNDING_FEE" : cause === "transfer" ? "DEPOSIT" : "ORDER";
      const wallet = format(exchange.margins().wallet, 8);
      const change = funding || cause === "transfer" ? format(moved, 8) : "0";
      const symbol = position ? symbols.of(position.instrument) : null;
      push("ACCOUNT_UPDATE", {
        e: "ACCOUNT_UPDATE",
        E: now(),
        T: now(),
        a: {
          B: [{ a: "USDT", wb: wallet, cw: wallet, bc: change }],
          // A funding payment of a cross position names no position: that is not to say there is none.
          P:
            position && symbol && !funding
              ? [positionRow(position, symbol.symbol, symbol.quantityPlaces, exchange)]
              : [],
          m: reason,
          ...(funding && symbol ? { S: symbol.symbol } : {}),
        },
      });
      for (const late of behind.splice(0)) late();
    },
    marginType: (instrument) => {
      const { symbol, quantityPlaces } = symbols.of(instrument);
      const wallet = format(exchange.margins().wallet, 8);
      const held = exchange.position(instrument, "net");
      const P = [positionRow(held, symbol, quantityPlaces, exchange)];
      const a = { B: [{ a: "USDT", wb: wallet, cw: wallet, bc: "0" }], P, m: "MARGIN_TYPE_CHANGE" };
      push("ACCOUNT_UPDATE", { e: "ACCOUNT_UPDATE", E: now(), T: now(), a });
    },
    warned: (positions) => {
      push("MARGIN_CALL", {
        e: "MARGIN_CALL",
        E: now(),
        cw: format(exchange.margins().wallet, 8),
        p: positions.map((position) => {
          const { symbol, quantityPlaces, market } = symbols.of(position.instrument);
          const { s, ps, pa, mt, iw, up } = positionRow(position, symbol, quantityPlaces, exchange);
          const mm = maintenanceOf(market.listing, market.mark, position.quantity);
          return { s, ps, pa, mt: mt.toUpperCase(), iw, mp: format(market.mark, 8), up, mm: format(mm, 8) };
        }),
      });
    },
    leverage: (instrument, leverage) => {
      const ac = { s: symbols.of(instrument).symbol, l: leverage };
      push("ACCOUNT_CONFIG_UPDATE", { e: "ACCOUNT_CONFIG_UPDATE", E: now(), T: now(), ac });
    },
  };
}

interface PositionRow {
  readonly s: string;
  readonly pa: string;
  readonly ep: string;
  readonly bep: string;
  readonly cr: string;
  readonly up: string;
  readonly mt: string;
  readonly iw: string;
  readonly ps: string;
}

function positionRow(position: Position, symbol: string, places: number, exchange: SimulatedExchange): PositionRow {
  const { mark } = exchange.market(position.instrument);
  const unrealized = position.quantity === 0n ? (0n as Usdt) : position.unrealized(mark);
  return {
    s: symbol,
    pa: position.quantity === 0n ? "0" : format(position.quantity, places),
    ep: entryText(position),
    bep: entryText(position),
    cr: format(position.realized),
    up: format(unrealized, 8),
    mt: exchange.marginType(position.instrument),
    iw: "0",
    ps: position.bucket === "net" ? "BOTH" : position.bucket.toUpperCase(),
  };
}
