import type { SeededChance } from "#adapters/host/chance.ts";
import type { Price, Quantity } from "#domain/decimal.ts";
import type { MarketBest, MarketDepth, MarketLevel } from "../liquidity.ts";
import type { Listing } from "../listing.ts";

type Side = "bid" | "ask";
/** Lots by tick. */
type Levels = Map<number, number>;

/** The two-sided book of the model on one venue, in whole ticks and lots, and what has changed in it since last told. */
export class Ladder {
  readonly #listing: Listing;
  readonly #chance: SeededChance;
  readonly #count: number;
  readonly #typicalNotional: number;
  readonly #tick: number;
  readonly #lot: number;
  readonly #levels: Record<Side, Levels> = { bid: new Map(), ask: new Map() };
  readonly #changed: Record<Side, Levels> = { bid: new Map(), ask: new Map() };
  #bidTick = 0;

  constructor(
    listing: Listing,
    shape: { readonly levels: number; readonly levelNotional: number },
    chance: SeededChance,
  ) {
    this.#listing = listing;
    this.#chance = chance;
    this.#count = shape.levels;
    this.#typicalNotional = shape.levelNotional;
    this.#tick = Number(listing.tick) / 1e12;
    this.#lot = Number(listing.lot) / 1e12;
  }

  rebuild(price: number): Pick<MarketDepth, "bids" | "asks"> {
    this.#levels.bid.clear();
    this.#levels.ask.clear();
    this.move(price);
    return this.takeChanges();
  }

  /** Moves the best quotes to a price; levels that fall out of the window go, new ones come, a few change size. */
  move(price: number): void {
    this.#bidTick = Math.floor(price / this.#tick);
    this.#shape("bid", (rank) => this.#bidTick - rank);
    this.#shape("ask", (rank) => this.#bidTick + 1 + rank);
  }

  best(): Pick<MarketBest, "bid" | "ask"> | null {
    const bid = this.#levels.bid.get(this.#bidTick);
    const ask = this.#levels.ask.get(this.#bidTick + 1);
    if (bid === undefined || ask === undefined) return null;
    return { bid: this.#level(this.#bidTick, bid), ask: this.#level(this.#bidTick + 1, ask) };
  }

  middle(): Price {
    return ((BigInt(2 * this.#bidTick + 1) * this.#listing.tick) / 2n) as Price;
  }

  takeChanges(): Pick<MarketDepth, "bids" | "asks"> {
    const take = (side: Side): MarketLevel[] => {
      const changes = [...this.#changed[side]].map(([tick, lots]) => this.#level(tick, lots));
      this.#changed[side].clear();
      return changes;
    };
    return { bids: take("bid"), asks: take("ask") };
  }

  #shape(side: Side, tickOf: (rank: number) => number): void {
    const levels = this.#levels[side];
    const [near, far] = [tickOf(0), tickOf(this.#count - 1)];
    const [low, high] = near < far ? [near, far] : [far, near];
    for (const tick of levels.keys()) {
      if (tick >= low && tick <= high) continue;
      levels.delete(tick);
      this.#changed[side].set(tick, 0);
    }
    for (let rank = 0; rank < this.#count; rank += 1) {
      const tick = tickOf(rank);
      if (levels.has(tick) && !this.#chance.happens(rank === 0 ? 0.5 : 0.08)) continue;
      const lots = this.#drawLots(tick);
      levels.set(tick, lots);
      this.#changed[side].set(tick, lots);
    }
  }

  #drawLots(tick: number): number {
    const notional = this.#typicalNotional * (0.25 + 1.5 * this.#chance.fraction());
    return Math.max(1, Math.round(notional / (tick * this.#tick) / this.#lot));
  }

  #level(tick: number, lots: number): MarketLevel {
    return [(BigInt(tick) * this.#listing.tick) as Price, (BigInt(lots) * this.#listing.lot) as Quantity];
  }
}
