import { describeFault } from "#domain/fault.ts";
import { Handover } from "#adapters/wire/handover.ts";
import type { SessionDeps } from "#adapters/wire/session.ts";
import { OrderLine, type LineWords } from "./order-line.ts";

/** A connection that is being replaced answers what is still on it, or does not. */
const DRAIN_MS = 10_000;

/** The websocket road of one venue's orders. */
export class OrderEntry<Body> {
  readonly #lines: Handover<OrderLine<Body>>;

  /** @param syncClock measures the venue's clock: a login is refused when ours is wrong */
  constructor(deps: SessionDeps, words: LineWords<Body>, syncClock: () => Promise<unknown>) {
    this.#lines = new Handover(deps, {
      lifeMs: words.lifeMs,
      make: ({ ready, closing }) =>
        new OrderLine(deps, words, {
          ready,
          closing,
          loginRefused: (fault) => {
            deps.log.write("error", `${words.name}: the login was refused`, { why: describeFault(fault) });
            if (fault.kind === "not-done") void syncClock();
          },
        }),
      retire: (line) => line.leave(DRAIN_MS),
    });
  }

  /** The connection on which an order may be written now; null when there is none. */
  line(): OrderLine<Body> | null {
    const line = this.#lines.current;
    return line?.ready === true ? line : null;
  }

  start(): void {
    this.#lines.start();
  }

  /** What is still on a connection of the old keys ends there as lost, and is asked for. */
  reopen(says: string): void {
    for (const line of this.#lines.links) line.restart(says);
  }

  close(): void {
    this.#lines.close();
  }
}
