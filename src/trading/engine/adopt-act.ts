import { ADOPTED, adjustmentEntry, transferEntry } from "#domain/entry.ts";
import {
  type Price,
  type Quantity,
  NO_PRICE,
  NO_QUANTITY,
  absolute,
  format,
  quantity,
  subtract,
  sum,
  usdt,
} from "#domain/decimal.ts";
import type { ApprovalParams } from "#domain/approval.ts";
import type { Fill } from "#domain/fill.ts";
import { type InstrumentId, foreignOrderId } from "#domain/ids.ts";
import type { Act, Obstacle } from "../control/acts.ts";
import type { Finding } from "../reconcile/finding.ts";
import type { Engine } from "./engine.ts";

const signed = ({ side, quantity: size }: Fill): bigint => (side === "buy" ? size : -size);

/**
 * A person takes over what a venue holds and our books do not explain: the books follow the venue, under the finding's
 * id, and a hedge whose leg it was follows them. Nothing is sent to the venue for it.
 */
export function adoptAct(engine: Engine): Act {
  const find = ({ finding }: ApprovalParams): Finding | undefined =>
    engine.reconciler.findings.find(String(finding ?? ""));
  return {
    title: (params) => `take over finding ${String(params["finding"])}: ${find(params)?.says ?? "it is gone"}`,
    before: (params) => {
      const finding = find(params);
      return finding ? { kind: finding.kind, venue: finding.venue, ours: finding.ours, theirs: finding.theirs } : {};
    },
    // Agreed to is what the venue says now, not what it said when the finding was made.
    prepare: async (params) => {
      const venue = engine.rooms.world.venues.find(({ id }) => id === find(params)?.venue);
      if (venue) await engine.reconciler.run(venue);
    },
    obstacles: (params) => obstaclesOf(engine, find(params)),
    apply: (params) => {
      const finding = find(params);
      if (finding?.kind === "balance") adoptMoney(engine, finding);
      else if (finding?.kind === "position") adoptPosition(engine, finding, finding.instrument as InstrumentId);
      if (finding) engine.reconciler.soon(finding.venue);
    },
  };
}

function obstaclesOf(engine: Engine, finding: Finding | undefined): readonly Obstacle[] {
  const { controller } = engine.rooms;
  if (!finding) return [{ code: "nothing_to_do", says: "no such finding stands: see /api/ui/recon/status" }];
  if (finding.kind !== "position" && finding.kind !== "balance")
    return [{ code: "not_possible", says: "an order is not taken over: cancel it at the venue" }];
  const onHold = controller.state.mode === "HOLD";
  const priced = finding.kind === "balance" || priceOf(engine, finding) !== NO_PRICE;
  return [
    ...(onHold ? [] : [{ code: "not_on_hold", says: "this is possible on HOLD only: hold first" } as const]),
    ...(priced
      ? []
      : [{ code: "not_possible", says: `no price of ${finding.instrument ?? ""} is known yet` } as const]),
  ];
}

/** Money that came or went by hand is a deposit or a withdrawal: it is no result of ours. */
function adoptMoney({ rooms: { accounts, tell, world } }: Engine, { id, venue, ours, theirs }: Finding): void {
  const amount = subtract(usdt(theirs), usdt(ours));
  accounts.post(transferEntry(venue, id, amount, world.clock.now()));
  const says = `${format(amount)} USDT at ${venue} are a transfer by hand from now on, by finding ${id}`;
  tell({ level: "warn", type: "ledger", code: "adopted", says, venue });
}

/** What hedges held is taken off them as a trade by hand; what no hedge held is booked to the account alone. */
function adoptPosition(engine: Engine, finding: Finding, instrument: InstrumentId): void {
  const { accounts, executor, tell, world } = engine.rooms;
  const { id, venue, theirs } = finding;
  const target = quantity(theirs);
  const left = (): Quantity => subtract(target, accounts.position(venue, instrument));
  const before = left();
  const trades = tradesOf(engine, finding, instrument, before);
  for (const fill of trades) executor.force(fill);
  const followed = subtract(before, left());
  const rest = left();
  const price = trades[0]?.price ?? priceOf(engine, finding);
  const at = world.clock.now();
  if (rest !== NO_QUANTITY) accounts.post(adjustmentEntry({ venue, instrument, id, at }, rest, price));
  const hedges = followed === NO_QUANTITY ? "" : `; ${format(followed)} of it was a hedge's, whose other leg follows`;
  const alone =
    rest === NO_QUANTITY
      ? ""
      : `; ${format(rest)} belongs to no hedge: nothing here watches or closes it, a person must`;
  const says = `our books hold ${theirs} of ${instrument} at ${venue} from now on, by finding ${id}${hedges}${alone}`;
  tell({ level: "warn", type: "ledger", code: "adopted", says, venue, instrument });
}

/** The venue's own trades where they make up the difference, at their prices; else one of the whole at the mark. */
function tradesOf(engine: Engine, finding: Finding, instrument: InstrumentId, difference: Quantity): readonly Fill[] {
  if (difference === NO_QUANTITY) return [];
  const told = engine.reconciler.strangeFills(finding);
  const whole = sum(told.map(signed) as Quantity[]) === difference;
  const { id, venue } = finding;
  const guess: Fill = {
    venue,
    instrument,
    tradeId: "",
    order: foreignOrderId(""),
    venueOrderId: "",
    side: difference > 0n ? "buy" : "sell",
    price: priceOf(engine, finding),
    quantity: absolute(difference),
    fee: usdt("0"),
    feeAsset: "USDT",
    liquidity: "taker",
    at: engine.rooms.world.clock.now(),
  };
  return (whole ? told : [guess]).map((fill, index) => ({
    ...fill,
    order: foreignOrderId(""),
    tradeId: `${ADOPTED}${id}-${index}`,
  }));
}

/** The mark on the venue's price grid, so that what it makes of a quantity is exact. */
function priceOf({ rooms: { conditions, pairs } }: Engine, { venue, instrument }: Finding): Price {
  if (instrument === null) return NO_PRICE;
  const mark = conditions.mark(venue, instrument);
  const pair = pairs().find(({ id }) => id === instrument);
  const tick = pair?.listings.find((listing) => listing.venue === venue)?.tick;
  if (mark === null || tick === undefined) return NO_PRICE;
  return (mark - (mark % tick)) as Price;
}
