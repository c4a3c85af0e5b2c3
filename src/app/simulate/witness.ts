import type { SimulatedExchange } from "#adapters/simulator/exchange.ts";
import type { OwnTrade, SimulatedOrder } from "#adapters/simulator/orders.ts";
import { type Quantity, NO_QUANTITY, add, subtract } from "#domain/decimal.ts";
import { type HedgeId, type InstrumentId, type LegName, type VenueId, hedgeId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";

/** One hedge as the venues know it: what its orders did, whatever we believe. */
export interface SeenHedge {
  readonly open: Record<LegName, Quantity>;
  /** Orders that rest, or were matched in this very moment. */
  readonly resting: Set<string>;
  /** A trade of an order that had already ended: it may come back to life through no act of ours. */
  late: boolean;
}

export interface SeenOrder {
  readonly venue: VenueId;
  readonly order: SimulatedOrder;
}

/** `psseed0001000000000al2` belongs to hedge `psseed0001000000000a`, its long leg. */
export function partsOf(order: string): { readonly hedge: HedgeId; readonly leg: LegName } | null {
  const [, hedge, leg] = /^(p[a-z0-9]{19})([ls])\d+$/.exec(order) ?? [];
  return hedge === undefined ? null : { hedge: hedgeId(hedge), leg: leg === "l" ? "long" : "short" };
}

/** Hears both venues' own account events, at once and without a wire between: what truly happened. */
export class Witness {
  readonly hedges = new Map<HedgeId, SeenHedge>();
  readonly orders = new Map<string, SeenOrder>();
  readonly #delta = new Map<InstrumentId, Quantity>();

  constructor(
    exchanges: readonly SimulatedExchange[],
    told: {
      readonly arrived: (venue: VenueId, order: SimulatedOrder) => void;
      readonly traded: (venue: VenueId, order: SimulatedOrder, trade: OwnTrade) => void;
    },
  ) {
    for (const exchange of exchanges) {
      const { venue } = exchange;
      exchange.listen({
        order: (order, change, trade) => {
          this.#see(venue, order, trade, exchange.clock.now());
          if (change === "new") told.arrived(venue, order);
          else if (trade) told.traded(venue, order, trade);
        },
        account: () => undefined,
        leverage: () => undefined,
      });
    }
  }

  /** Signed base units over both venues. */
  delta(instrument: InstrumentId): Quantity {
    return this.#delta.get(instrument) ?? NO_QUANTITY;
  }

  alive({ open, resting }: SeenHedge): boolean {
    return resting.size > 0 || open.long !== 0n || open.short !== 0n;
  }

  #see(venue: VenueId, order: SimulatedOrder, trade: OwnTrade | null, now: Instant): void {
    this.orders.set(order.clientOrderId, { venue, order });
    if (trade) {
      const signed = order.side === "buy" ? trade.quantity : (-trade.quantity as Quantity);
      this.#delta.set(order.instrument, add(this.delta(order.instrument), signed));
    }
    const parts = partsOf(order.clientOrderId);
    if (!parts) return;
    const hedge = this.hedges.get(parts.hedge) ?? {
      open: { long: NO_QUANTITY, short: NO_QUANTITY },
      resting: new Set<string>(),
      late: false,
    };
    this.hedges.set(parts.hedge, hedge);
    if (order.status === "open") hedge.resting.add(order.clientOrderId);
    else hedge.resting.delete(order.clientOrderId);
    if (!trade) return;
    const { leg } = parts;
    const opens = (leg === "long") === (order.side === "buy");
    hedge.open[leg] = opens ? add(hedge.open[leg], trade.quantity) : subtract(hedge.open[leg], trade.quantity);
    if (order.cause !== null && order.endedAt !== null && now > order.endedAt) hedge.late = true;
  }
}
