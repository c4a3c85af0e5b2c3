import type { Asker } from "#domain/control.ts";
import { type Bps, type Price, bps, greatest, least, movePrice, negate } from "#domain/decimal.ts";
import type { DecisionPrices, Hedge, PreparedOrder } from "#domain/hedge.ts";
import { nextAttempt, openQuantity } from "#domain/hedge-machine.ts";
import { type LegName, clientOrderId } from "#domain/ids.ts";
import { roundToTick } from "#domain/instrument.ts";
import type { Settings } from "#domain/settings.ts";
import { after, type Instant } from "#domain/time.ts";
import { ORDER_LIFE_MS } from "./intent.ts";
import type { RecoveryBook } from "./recovery-policy.ts";

export interface ExitInput {
  readonly hedge: Hedge;
  readonly books: Readonly<Record<LegName, RecoveryBook>>;
  /** 0 for the first; each further round reaches deeper, up to the recovery cap. */
  readonly round: number;
  readonly asker: Asker;
  readonly act: "close" | "cut";
  readonly settings: Settings;
  readonly now: Instant;
}

/** How far through the touch the rounds after the first may reach. */
const LATER_BANDS: readonly Bps[] = [bps("10"), bps("25")];

/** Both closing orders, reduce-only, each for all that is open in its leg; null when a book cannot be believed. */
export function prepareExit(
  input: ExitInput,
): { readonly prices: DecisionPrices; readonly orders: readonly PreparedOrder[] } | null {
  const { books } = input;
  if (!books.long.prices || !books.short.prices) return null;
  const prices = { long: books.long.prices.bid, short: books.short.prices.ask };
  const orders = (["long", "short"] as const).flatMap((leg) => {
    const order = closingOrder(input, leg, prices[leg]);
    return order ? [order] : [];
  });
  return orders.length === 0 ? null : { prices, orders };
}

function closingOrder(
  { hedge, books, round, act, asker, settings, now }: ExitInput,
  leg: LegName,
  touch: Price,
): PreparedOrder | null {
  const quantity = openQuantity(hedge, leg);
  if (quantity === 0n) return null;
  const { intent } = hedge;
  const side = leg === "long" ? "sell" : "buy";
  const later = LATER_BANDS[round - 1] ?? settings.maxRecoveryLossBps;
  const band =
    round === 0
      ? settings.maxSlippageBps
      : greatest(settings.maxSlippageBps, least(later, settings.maxRecoveryLossBps));
  const moved = movePrice(touch, side === "buy" ? band : negate(band), side === "buy" ? "down" : "up");
  return {
    decisionPrice: touch,
    request: {
      ...intent[leg],
      id: clientOrderId(intent.id, leg, nextAttempt(hedge, leg)),
      act,
      asker,
      side,
      quantity,
      limitPrice: roundToTick(moved, side, books[leg].instrument),
      reduceOnly: true,
      expiresAt: after(now, ORDER_LIFE_MS),
    },
  };
}
