import { z } from "zod";
import { isFields, textOf } from "#adapters/wire/json.ts";
import { type OrderPush, type PositionWords, millis, orderPush, positionWords, readEvent } from "./words.ts";

const balanceAndPosition = z.object({ eventType: z.string(), pTime: millis });

export type PrivateFrame =
  | { readonly kind: "logged-in" }
  | { readonly kind: "subscribed"; readonly channel: string }
  | { readonly kind: "orders"; readonly orders: readonly OrderPush[] }
  | { readonly kind: "positions"; readonly positions: readonly PositionWords[] }
  | { readonly kind: "funding-charged"; readonly at: number }
  | { readonly kind: "error"; readonly code: string; readonly says: string }
  | { readonly kind: "closing" }
  | { readonly kind: "other" }
  | { readonly kind: "bad"; readonly says: string };

/** One frame of `/private`. */
export function readPrivateFrame(frame: unknown): PrivateFrame {
  if (!isFields(frame)) return { kind: "bad", says: "not a JSON object" };
  const { event, arg, data } = frame;
  if (event === "login") {
    const code = textOf(frame["code"]);
    return code === "0" ? { kind: "logged-in" } : { kind: "error", code, says: textOf(frame["msg"]).slice(0, 200) };
  }
  if (event === "subscribe" && isFields(arg)) return { kind: "subscribed", channel: textOf(arg["channel"]) };
  if (typeof event === "string") {
    const said = readEvent(frame);
    return said.kind === "error" || said.kind === "closing" ? said : { kind: "other" };
  }
  if (!isFields(arg)) return { kind: "bad", says: "a private frame without its channel" };
  switch (arg["channel"]) {
    case "orders": {
      const orders = z.array(orderPush).safeParse(data);
      return orders.success
        ? { kind: "orders", orders: orders.data }
        : { kind: "bad", says: "an order push we cannot read" };
    }
    case "positions": {
      const positions = z.array(positionWords).safeParse(data);
      return positions.success
        ? { kind: "positions", positions: positions.data }
        : { kind: "bad", says: "a position push we cannot read" };
    }
    case "balance_and_position": {
      const moves = z.array(balanceAndPosition).safeParse(data);
      if (!moves.success) return { kind: "bad", says: "a balance push we cannot read" };
      const charged = moves.data.find((move) => move.eventType === "funding_fee");
      return charged ? { kind: "funding-charged", at: charged.pTime } : { kind: "other" };
    }
    default:
      return { kind: "other" };
  }
}
