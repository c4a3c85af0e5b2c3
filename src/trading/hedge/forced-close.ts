import { type Usdt, NO_QUANTITY, least, subtract } from "#domain/decimal.ts";
import { ADOPTED } from "#domain/entry.ts";
import { type Fill, fillKey } from "#domain/fill.ts";
import type { ExitReason, Hedge } from "#domain/hedge.ts";
import { nextAttempt, openQuantity } from "#domain/hedge-machine.ts";
import { type ClientOrderId, type LegName, LEGS, clientOrderId } from "#domain/ids.ts";

/** What of a hedge a venue's own trade has closed, under a name of that hedge. */
export interface ForcedPart {
  readonly hedge: Hedge;
  readonly leg: LegName;
  readonly fill: Fill;
  readonly reason: ExitReason;
}

/**
 * The names under which a venue closes what is ours: Binance says why, OKX says nothing at all.
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update
 */
const NAMES = /^(autoclose-|adl_autoclose|settlement_autoclose-)/;

/** True when the venue itself made the order of this name. */
export const isForcedName = (id: ClientOrderId): boolean => id === "" || NAMES.test(id);

/**
 * True when the venue itself closed something of ours by this trade. Where there is no name the number tells: OKX gives
 * negative ones to trades of liquidations and ADL.
 * @see https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-order-channel
 */
export const isForced = ({ order, tradeId }: Fill): boolean =>
  order === "" ? tradeId.startsWith("-") : NAMES.test(order);

/**
 * Whose position it was: the hedges that hold one there, oldest first, until the trade is shared out. Empty when it was
 * shared out before, and for what no hedge held.
 */
export function shareForced(fill: Fill, hedges: readonly Hedge[]): readonly ForcedPart[] {
  if (hedges.some((hedge) => knows(hedge, fill))) return [];
  const reason = reasonOf(fill);
  const parts: ForcedPart[] = [];
  let left = fill.quantity;
  let fee: bigint = fill.fee;
  for (const hedge of hedges) {
    const leg = LEGS.find((name) => holdsAgainst(hedge, name, fill));
    if (leg === undefined || left === NO_QUANTITY) continue;
    const quantity = least(openQuantity(hedge, leg), left);
    const last = quantity === left;
    const share = (last ? fee : (fill.fee * quantity) / fill.quantity) as Usdt;
    left = subtract(left, quantity);
    fee -= share;
    // A trade counts once by its number: the parts of a shared one need numbers of their own.
    const tradeId = parts.length === 0 ? fill.tradeId : `${fill.tradeId}.${parts.length}`;
    const order = clientOrderId(hedge.intent.id, leg, nextAttempt(hedge, leg));
    parts.push({ hedge, leg, reason, fill: { ...fill, order, tradeId, quantity, fee: share } });
  }
  return parts;
}

/** A trade by somebody's hand is an operator's exit; the venue's own are for margin's sake. */
function reasonOf({ order, tradeId }: Fill): ExitReason {
  if (tradeId.startsWith(ADOPTED)) return "operator";
  return order.startsWith("adl") ? "adl" : "margin";
}

function holdsAgainst(hedge: Hedge, leg: LegName, { venue, instrument, side }: Fill): boolean {
  const { venue: at, instrument: of, side: opened } = hedge.intent[leg];
  return at === venue && of === instrument && opened !== side && openQuantity(hedge, leg) > NO_QUANTITY;
}

function knows({ orders }: Hedge, fill: Fill): boolean {
  return orders.some(({ fills }) => fills.some((known) => fillKey(known) === fillKey(fill)));
}
