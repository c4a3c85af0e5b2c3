import type { Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";

/** A window of maintenance, as it is announced. */
export interface MaintenanceWindow {
  readonly title: string;
  readonly begin: Instant;
  readonly end: Instant;
  /** From then to the end only cancels and post-only orders are taken. */
  readonly preOpenBegin?: Instant;
  /** 0 websocket, 5 trading, 8 batches of accounts, 9 batches of products, 99 others. */
  readonly serviceType?: string;
}

type State = "scheduled" | "ongoing" | "pre_open" | "completed" | "canceled";

interface Planned extends MaintenanceWindow {
  canceled: boolean;
}

const TRADING = "5";
const stamp = (at: Instant | undefined): string => (at === undefined ? "" : `${Math.floor(at)}`);

/**
 * The maintenance of the venue: announced, going on, half open, over.
 * @see https://www.okx.com/docs-v5/en/#status-get-status
 */
export class Maintenance {
  readonly #clock: Clock;
  readonly #tell: (words: string) => void;
  readonly #planned: Planned[] = [];

  constructor(clock: Clock, tell: (words: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Announces a window, and every change of it when it comes. Returns what calls it off. */
  schedule(window: MaintenanceWindow): () => void {
    const planned: Planned = { ...window, canceled: false };
    this.#planned.push(planned);
    const say = (): void => {
      if (!planned.canceled) this.#tell(JSON.stringify(this.#words(planned)));
    };
    say();
    const { begin, preOpenBegin, end } = window;
    for (const at of [begin, preOpenBegin, end]) {
      if (at !== undefined) this.#clock.after(Math.max(0, at - this.#clock.now()), say);
    }
    return () => {
      planned.canceled = true;
      this.#tell(JSON.stringify(this.#words(planned)));
    };
  }

  rows(state: string | null): readonly unknown[] {
    const shown = this.#planned.filter((one) => {
      const is = this.#stateOf(one);
      // Without a state only what is to come or goes on is shown.
      return state === null ? is !== "completed" && is !== "canceled" : is === state;
    });
    return shown.map((one) => this.#words(one));
  }

  /** What may be traded now. */
  get trading(): "open" | "closed" | "pre-open" {
    if (this.#planned.length === 0) return "open";
    const states = this.#planned
      .filter(({ serviceType }) => (serviceType ?? TRADING) === TRADING)
      .map((one) => this.#stateOf(one));
    if (states.includes("ongoing")) return "closed";
    return states.includes("pre_open") ? "pre-open" : "open";
  }

  #stateOf({ begin, end, preOpenBegin, canceled }: Planned): State {
    const now = this.#clock.now();
    if (canceled) return "canceled";
    if (now < begin) return "scheduled";
    if (now >= end) return "completed";
    return preOpenBegin !== undefined && now >= preOpenBegin ? "pre_open" : "ongoing";
  }

  #words(one: Planned): unknown {
    return {
      begin: stamp(one.begin),
      end: stamp(one.end),
      env: "1",
      href: "",
      maintType: "1",
      preOpenBegin: stamp(one.preOpenBegin),
      scheDesc: "",
      serviceType: one.serviceType ?? TRADING,
      state: this.#stateOf(one),
      system: "unified",
      title: one.title,
      ts: stamp(this.#clock.now()),
    };
  }
}
