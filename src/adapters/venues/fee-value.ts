import { DECIMALS, type Price, type Quantity, type Usdt, divideRounded, share } from "#domain/decimal.ts";
import type { FeeSchedule } from "#domain/fee.ts";
import type { InstrumentId } from "#domain/ids.ts";

const ONE = 10n ** BigInt(DECIMALS);

export interface ChargedFee {
  /** What was charged, in the asset it was charged in: positive is paid by us. In whole 10⁻¹². */
  readonly amount: bigint;
  readonly asset: string;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly liquidity: "maker" | "taker";
}

export interface ValuedFee {
  readonly fee: Usdt;
  /** Why the value is an estimate; null when it is what was charged. */
  readonly note: string | null;
}

/**
 * Values a fee in USDT. Charged in USDT it is taken as it is. In another asset (Binance takes BNB when asked to) it is
 * worth that asset's last mark price here. Without a mark it is worth what this account's schedule would have charged,
 * and we say so: a fee counted as nothing would make every trade look better than it was.
 */
export class FeeValue {
  readonly #marks = new Map<InstrumentId, Price>();
  readonly #schedules = new Map<InstrumentId, FeeSchedule>();
  readonly #fallback: FeeSchedule;

  constructor(fallback: Omit<FeeSchedule, "source">) {
    this.#fallback = { ...fallback, source: "configured" };
  }

  mark(instrument: InstrumentId, price: Price): void {
    this.#marks.set(instrument, price);
  }

  schedule(instrument: InstrumentId, schedule: FeeSchedule): void {
    this.#schedules.set(instrument, schedule);
  }

  fallback(): FeeSchedule {
    return this.#fallback;
  }

  value(instrument: InstrumentId, charged: ChargedFee): ValuedFee {
    if (charged.asset === "USDT" || charged.amount === 0n) return { fee: charged.amount as Usdt, note: null };
    const mark = this.#marks.get(`${charged.asset}-USDT-PERP` as InstrumentId);
    if (mark !== undefined) {
      return { fee: divideRounded(charged.amount * mark, ONE, "up") as Usdt, note: null };
    }
    const schedule = this.#schedules.get(instrument) ?? this.#fallback;
    const traded = divideRounded(charged.price * charged.quantity, ONE, "up") as Usdt;
    const fee = share(traded, charged.liquidity === "maker" ? schedule.maker : schedule.taker, "up");
    return { fee, note: `a fee in ${charged.asset}, whose price we do not know, was valued by the fee schedule` };
  }
}
