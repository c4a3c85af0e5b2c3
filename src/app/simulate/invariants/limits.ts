import { type Usdt, NO_USDT, add, format } from "#domain/decimal.ts";
import type { Accuse, Court } from "../judge.ts";
import type { Witness } from "../witness.ts";

/** G4: whatever we believe, the venues never hold more of ours than the limits allow, each hedge counted whole. */
export class LimitsInvariant {
  readonly #court: Court;
  readonly #witness: Witness;
  readonly #accuse: Accuse;
  #most = 0;

  constructor(court: Court, witness: Witness, accuse: Accuse) {
    this.#court = court;
    this.#witness = witness;
    this.#accuse = accuse;
  }

  look(): void {
    const { disk, settings } = this.#court;
    let count = 0;
    let total: Usdt = NO_USDT;
    for (const [id, seen] of this.#witness.hedges) {
      // One that a late fill brought back could not be counted by anybody.
      if (seen.late || !this.#witness.alive(seen)) continue;
      count += 1;
      total = add(total, disk.intents.get(id)?.notional ?? NO_USDT);
    }
    const { maxTotalNotional } = settings.limits;
    // People raise and lower it meanwhile: what was opened under the higher one stands under the lower one too.
    const now = this.#court.engine()?.rooms.settings().limits.maxOpenPositions ?? 0;
    this.#most = Math.max(this.#most, now, settings.limits.maxOpenPositions);
    const maxOpenPositions = this.#most;
    if (count > maxOpenPositions)
      this.#accuse("G4", `${count} hedges stand at the venues, ${maxOpenPositions} are allowed`);
    if (total > maxTotalNotional)
      this.#accuse("G4", `${format(total, 2)} USDT stand at the venues, ${format(maxTotalNotional)} are allowed`);
  }
}
