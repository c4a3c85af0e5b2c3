import type { Quantity, Usdt } from "#domain/decimal.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { SimulatedExchange } from "./exchange.ts";
import type { FaultArgs, FaultVerb } from "./fault-verbs.ts";
import type { Bucket } from "./orders.ts";

const WHOLE = 1_000;
/** A name as the venue's own window gives it. */
const FOREIGN = "web";

/** What befalls the exchange or the account on it, in whichever words it is told. Other verbs are not for it. */
export function sufferAsExchange(exchange: SimulatedExchange, verb: FaultVerb, args: FaultArgs): void {
  const { clock } = exchange;
  const every = (act: (instrument: InstrumentId) => void): void => {
    for (const { listing } of exchange.markets()) act(listing.instrument);
  };
  switch (verb) {
    case "deadman.fire":
      return exchange.cancelAll(null, "dead-man");
    case "book_empty":
      return every((instrument) => exchange.emptyBook(instrument, args.ms ?? 1_000));
    case "mark_jump":
      exchange.skewMarks(args.thousandths ?? -50);
      return void clock.after(args.ms ?? 5_000, () => exchange.skewMarks(0));
    case "halt":
      every((instrument) => exchange.listings.halt(instrument));
      return void clock.after(args.ms ?? 5_000, () => every((instrument) => exchange.listings.resume(instrument)));
    case "lot_change":
      return every((instrument) => {
        const lot = (exchange.market(instrument).listing.lot * 10n) as Quantity;
        exchange.listings.change(instrument, { lot, minQuantity: lot });
      });
    case "liquidate":
    case "adl":
      return eachHeld(exchange, args.thousandths ?? WHOLE, (instrument, size, bucket) => {
        exchange.forceClose(instrument, verb === "adl" ? "adl" : "liquidation", size, bucket);
      });
    default:
      sufferByHand(exchange, verb, args);
  }
}

/** What somebody else does with our account. */
function sufferByHand(exchange: SimulatedExchange, verb: FaultVerb, args: FaultArgs): void {
  switch (verb) {
    case "foreign_order":
      return orderByHand(exchange);
    case "manual_close":
      return eachHeld(exchange, args.thousandths ?? WHOLE, (instrument, quantity, bucket, side) => {
        const clientOrderId = `${FOREIGN}${exchange.orders().length}`;
        const common = { clientOrderId, instrument, side, quantity, bucket, limit: null, tag: "" } as const;
        exchange.place({ ...common, timeInForce: "ioc", reduceOnly: bucket === "net", form: "market" });
      });
    case "withdraw": {
      const { wallet } = exchange.margins();
      return exchange.transfer(-((wallet * BigInt(args.thousandths ?? 500)) / BigInt(WHOLE)) as Usdt);
    }
    case "lever_change":
      for (const { listing } of exchange.markets()) exchange.setLeverage(listing.instrument, args.count ?? 20);
      return;
    case "mode_flip":
      exchange.hedgeMode = !exchange.hedgeMode;
      return;
    case "margin_type_flip":
      for (const { listing } of exchange.markets()) {
        const { instrument } = listing;
        exchange.setMarginType(instrument, exchange.marginType(instrument) === "cross" ? "isolated" : "cross");
      }
      return;
    default:
  }
}

/** A small bid far below the market, in the first instrument that has one. */
function orderByHand(exchange: SimulatedExchange): void {
  for (const { listing, book } of exchange.markets()) {
    const bid = book.bestBid();
    if (!bid) continue;
    const { instrument, minQuantity, minNotional, tick, lot } = listing;
    const limit = (bid[0] - bid[0] / 20n + (tick - ((bid[0] - bid[0] / 20n) % tick))) as typeof tick;
    const least =
      minNotional === 0n ? minQuantity : ((((minNotional * 10n ** 12n) / limit / lot + 1n) * lot) as Quantity);
    const clientOrderId = `${FOREIGN}${exchange.orders().length}`;
    const common = {
      clientOrderId,
      instrument,
      side: "buy",
      limit,
      bucket: exchange.hedgeMode ? "long" : "net",
    } as const;
    exchange.place({ ...common, quantity: least, timeInForce: "gtc", reduceOnly: false, form: "limit", tag: "" });
    return;
  }
}

function eachHeld(
  exchange: SimulatedExchange,
  thousandths: number,
  act: (instrument: InstrumentId, size: Quantity, bucket: Bucket, side: "buy" | "sell") => void,
): void {
  for (const { instrument, bucket, quantity } of exchange.positions()) {
    if (quantity === 0n) continue;
    const { lot } = exchange.market(instrument).listing;
    const raw = ((quantity > 0n ? quantity : -quantity) * BigInt(thousandths)) / BigInt(WHOLE);
    const size = (raw - (raw % lot)) as Quantity;
    if (size > 0n) act(instrument, size, bucket, quantity > 0n ? "sell" : "buy");
  }
}
