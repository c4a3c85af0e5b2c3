import type { DomainEvent } from "#domain/event.ts";
import type { HedgeState } from "#domain/hedge.ts";
import { isTerminal } from "#domain/hedge-machine.ts";
import type { HedgeId } from "#domain/ids.ts";
import type { Accuse, Court } from "../judge.ts";

const OVER: ReadonlySet<string> = new Set<HedgeState>(["closed", "aborted"]);
const BEGINS: ReadonlySet<string> = new Set<HedgeState>(["opening", "closing", "completing"]);

/** The law of a hedge: what is over does not begin again, filled quantities never shrink, ends stay ends. */
export class LawInvariant {
  readonly states = new Map<HedgeId, string>();
  readonly #court: Court;
  readonly #accuse: Accuse;
  #orders = new Map<string, { readonly filled: bigint; readonly ended: boolean }>();
  #changes = -1;

  constructor(court: Court, accuse: Accuse) {
    this.#court = court;
    this.#accuse = accuse;
  }

  told({ type, hedge, data }: DomainEvent): void {
    if (type !== "hedge" || hedge === undefined) return;
    const next = String(data?.["state"]);
    const before = this.states.get(hedge);
    this.states.set(hedge, next);
    if (before === undefined) return;
    const illegal =
      (OVER.has(before) && BEGINS.has(next)) || (next === "opening" && before !== "opening" && before !== "frozen");
    if (illegal) this.#accuse("law", `${hedge} went from ${before} to ${next}`);
  }

  /** A new process may remember less than the last one knew. */
  booted(): void {
    this.#orders = new Map();
    this.states.clear();
    this.#changes = -1;
  }

  tick(): void {
    const executor = this.#court.engine()?.rooms.executor;
    if (!executor || executor.changes === this.#changes) return;
    this.#changes = executor.changes;
    for (const { orders } of executor.hedges()) {
      for (const { request, filled, state } of orders) {
        const before = this.#orders.get(request.id);
        if (before && filled < before.filled)
          this.#accuse("law", `${request.id} had ${before.filled} filled and now ${filled}`);
        // A denied order that turns out to have traded comes back; every other end is one.
        if (before?.ended && !isTerminal(state)) this.#accuse("law", `${request.id} had ended and is ${state}`);
        this.#orders.set(request.id, { filled, ended: isTerminal(state) && state !== "dead" });
      }
    }
  }
}
