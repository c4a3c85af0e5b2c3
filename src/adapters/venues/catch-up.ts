import type { Fill } from "#domain/fill.ts";
import type { FundingPayment } from "#domain/funding.ts";
import type { VenueId } from "#domain/ids.ts";
import type { Order } from "#domain/order.ts";
import type { Account, AccountUpdate, Trading } from "#ports/venue.ts";
import type { Clock } from "#ports/clock.ts";
import type { Activity } from "./activity.ts";

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

export interface CatchUpDeps {
  readonly venue: VenueId;
  readonly clock: Clock;
  readonly account: Pick<Account, "openOrders" | "positions" | "fills">;
  readonly trading: Pick<Trading, "lookUp">;
  readonly activity: Activity;
  readonly listen: (update: AccountUpdate) => void;
}

/**
 * The account's news, each told once, and what was missed while the private stream was away. There is no replay at
 * any venue: after a break the stream is "up" only when REST has told what happened meanwhile.
 */
export class AccountNews {
  readonly #deps: CatchUpDeps;

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
    deps.activity.follow((order) => this.order(order));
  }

  order(order: Order): void {
    this.#deps.activity.heard(order);
    this.#deps.listen({ type: "order", order });
  }

  fill(fill: Fill): void {
    if (this.#deps.activity.firstTold(fill)) this.#deps.listen({ type: "fill", fill });
  }

  /** True when it was news. */
  funding(payment: FundingPayment): boolean {
    const isNews = this.#deps.activity.first(`funding:${payment.id}`);
    if (isNews) this.#deps.listen({ type: "funding", payment });
    return isNews;
  }

  bad(says: string): void {
    this.#deps.listen({ type: "bad-frame", venue: this.#deps.venue, says, at: this.#deps.clock.now() });
  }

  /** The stream stands open and keeps something to itself. */
  silent(says: string): void {
    this.#deps.listen({ type: "silent", venue: this.#deps.venue, says, at: this.#deps.clock.now() });
  }

  stream(state: "up" | "down", says: string): void {
    this.#deps.listen({ type: "stream", venue: this.#deps.venue, state, says, at: this.#deps.clock.now() });
  }

  /** Asks until everything is answered; false when it was aborted first. */
  async catchUp(signal: AbortSignal): Promise<boolean> {
    for (let waitMs = FIRST_RETRY_MS; !signal.aborted; waitMs = Math.min(LONGEST_RETRY_MS, waitMs * 2)) {
      if (await this.#askOnce(signal)) return !signal.aborted;
      await this.#deps.clock.sleep(waitMs, signal);
    }
    return false;
  }

  /** Fills of everything we have touched; false when a question was not answered. */
  async missedFills(signal: AbortSignal): Promise<boolean> {
    const { account, activity } = this.#deps;
    for (const { instrument, since } of activity.touched()) {
      const fills = await account.fills(instrument, since);
      if (signal.aborted || fills.outcome === "fault") return false;
      for (const fill of fills.value) this.fill(fill);
    }
    return true;
  }

  async #askOnce(signal: AbortSignal): Promise<boolean> {
    const { account, trading, activity, listen } = this.#deps;
    const openOrders = await account.openOrders();
    if (signal.aborted || openOrders.outcome === "fault") return false;
    const stillOpen = new Set(openOrders.value.map((order) => order.id));
    const ended = activity.open().filter((order) => !stillOpen.has(order.id));
    for (const order of openOrders.value) this.order(order);
    for (const order of ended) {
      const found = await trading.lookUp(order);
      if (signal.aborted || found.outcome === "fault") return false;
      if (found.outcome === "not-found") continue;
      for (const fill of found.fills) this.fill(fill);
      this.order(found.order);
    }
    if (!(await this.missedFills(signal))) return false;
    const positions = await account.positions();
    if (signal.aborted || positions.outcome === "fault") return false;
    for (const position of positions.value) listen({ type: "position", position });
    return true;
  }
}
