import type { SimulatedExchange } from "./exchange.ts";
import type { FaultArgs, FaultVerb } from "./fault-verbs.ts";

/** What befalls the exchange itself, in whichever words it is told. */
export function sufferAsExchange(exchange: SimulatedExchange, verb: FaultVerb, args: FaultArgs): void {
  if (verb === "book_empty") {
    for (const { listing } of exchange.markets()) exchange.emptyBook(listing.instrument, args.ms ?? 1_000);
  }
  if (verb === "mark_jump") {
    exchange.skewMarks(args.thousandths ?? -50);
    exchange.clock.after(args.ms ?? 5_000, () => exchange.skewMarks(0));
  }
}
