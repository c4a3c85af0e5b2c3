import type { Instant } from "#domain/time.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { BooksDesk } from "./books-desk.ts";
import { ControlDesk, type DeskFacts } from "./control-desk.ts";
import { PricingDesk } from "./pricing-desk.ts";
import { TradingDesk } from "./trading-desk.ts";

/** The one door for people: every surface asks here, so all of them obey the same rules. */
export class Desk {
  readonly pricing: PricingDesk;
  readonly trading: TradingDesk;
  readonly control: ControlDesk;
  readonly books: BooksDesk;
  readonly now: () => Instant;

  constructor(engine: Engine, facts: DeskFacts) {
    this.pricing = new PricingDesk(engine);
    this.trading = new TradingDesk(engine, this.pricing);
    this.control = new ControlDesk(engine, facts);
    this.books = new BooksDesk(engine);
    this.now = () => engine.rooms.world.clock.now();
  }
}
