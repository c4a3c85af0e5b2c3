import { type Fixed, format } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { isFinished } from "#domain/hedge-machine.ts";
import { type LegName, LEGS, symbolOf } from "#domain/ids.ts";
import { isoTime } from "#domain/time.ts";
import { type Attribution, feesOf } from "#trading/accounts/attribution.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { averagePrice, ordersOf, statusOf } from "./words.ts";

interface PortfolioRow {
  readonly hedge: Hedge;
  readonly result: Attribution | null;
  readonly funding: Fixed<string>;
}

interface PortfolioColumn {
  readonly name: string;
  readonly kind: "text" | "number";
  readonly of: (row: PortfolioRow) => string | null;
}

/** How many hedges are put into words at a time. */
const PAGE = 200;

/** Hedges with everything that makes up their result, as exact decimal text: nothing here has been a float. */
export class PortfolioExport {
  readonly #engine: Engine;
  readonly #columns: readonly PortfolioColumn[];

  constructor(engine: Engine, redact: (text: string) => string) {
    this.#engine = engine;
    this.#columns = [...COLUMNS, text("note", ({ hedge }) => (hedge.stuck === null ? null : redact(hedge.stuck)))];
  }

  /** Newest last; hedges of which nothing was ever filled are left out. */
  table(): {
    readonly columns: readonly PortfolioColumn[];
    readonly shown: (row: PortfolioRow) => unknown;
    readonly pages: AsyncIterable<readonly PortfolioRow[]>;
  } {
    return {
      columns: this.#columns,
      shown: (row) => Object.fromEntries(this.#columns.map(({ name, of }) => [name, of(row)])),
      pages: this.#pages(),
    };
  }

  async *#pages(): AsyncGenerator<readonly PortfolioRow[], void> {
    const { executor, accounts } = this.#engine.rooms;
    const hedges = executor
      .hedges()
      .filter((hedge) => hedge.orders.some(({ filled }) => filled > 0n) || !isFinished(hedge));
    for (let from = 0; from < hedges.length; from += PAGE) {
      yield hedges.slice(from, from + PAGE).map((hedge) => ({
        hedge,
        result: this.#engine.results.of(hedge),
        funding: accounts.fundingOf(hedge.intent.id),
      }));
    }
  }
}

const text = (name: string, of: PortfolioColumn["of"]): PortfolioColumn => ({ name, kind: "text", of });
const exact = (name: string, of: (row: PortfolioRow) => Fixed<string> | null): PortfolioColumn => ({
  name,
  kind: "number",
  of: (row) => {
    const value = of(row);
    return value === null ? null : format(value);
  },
});
const part = (name: string, of: keyof Attribution): PortfolioColumn =>
  exact(name, ({ result }) => result?.[of] ?? null);

const legColumns = (leg: LegName): readonly PortfolioColumn[] => [
  text(`${leg}_venue`, ({ hedge }) => hedge.intent[leg].venue),
  exact(`entry_${leg}_price`, ({ hedge }) => averagePrice(ordersOf(hedge, leg, false))),
  exact(`exit_${leg}_price`, ({ hedge }) => averagePrice(ordersOf(hedge, leg, true))),
];

const COLUMNS: readonly PortfolioColumn[] = [
  text("id", ({ hedge }) => hedge.intent.id),
  text("opened_ts", ({ hedge }) => isoTime(hedge.intent.decidedAt)),
  text("closed_ts", ({ hedge }) => (isFinished(hedge) ? isoTime(hedge.at) : null)),
  text("symbol", ({ hedge }) => symbolOf(hedge.intent.instrument)),
  text("status", ({ hedge }) => statusOf(hedge)),
  exact("base_size", ({ hedge }) => hedge.intent.quantity),
  exact("notional_usdt", ({ hedge }) => hedge.intent.notional),
  { name: "leverage", kind: "number", of: ({ hedge }) => String(hedge.intent.leverage) },
  exact("entry_spread_bps", ({ hedge }) => hedge.intent.spreadBps),
  exact("entry_edge_bps", ({ hedge }) => hedge.intent.edgeBps),
  ...LEGS.flatMap(legColumns),
  text("exit_reason", ({ hedge }) => hedge.exit?.reason ?? null),
  exact("fees_paid_usdt", ({ hedge }) => feesOf(hedge)),
  exact("funding_received_usdt", ({ funding }) => funding),
  part("pnl_spread_usdt", "spread"),
  part("pnl_fees_usdt", "fees"),
  part("pnl_funding_usdt", "funding"),
  part("pnl_slippage_usdt", "slippage"),
  part("pnl_leg_risk_usdt", "legRisk"),
  part("pnl_usdt", "total"),
];
