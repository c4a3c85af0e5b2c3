import type { VenueId } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";
import type { WireAnswer, WireReply } from "./dialect.ts";
import type { Hindrance } from "./engine.ts";
import type { FaultVerb } from "./fault-verbs.ts";
import type { FiredFault, Misfortune } from "./misfortune.ts";

/** What a venue can do with one placement or cancel, in its own words. */
export interface Acts {
  execute(hindrance: Hindrance): WireAnswer;
  /** Refuses with a code, or with the venue's usual one, and writes the receipt. */
  reject(code: string | undefined): WireAnswer;
  /** The venue does not know whether it was carried out. */
  unknown(): WireAnswer;
  /** In the venue's usual words, or by a code of its own. */
  timedOut(code?: string): WireAnswer;
  internal(): WireAnswer;
  /** Whether its window or deadline is over by now: the refusal, or null. */
  late(): WireAnswer | null;
  unavailable(): WireAnswer;
  throttled(): WireAnswer;
}

/** How long an answer stays behind its own events when the stream is to be first. */
const STREAM_LEAD_MS = 25;

/** Carries out one order request the way misfortune wills. Without faults: execute, answer, then the events. */
export function interfere(
  faults: readonly FiredFault[],
  clock: Clock,
  line: PrivateLine,
  reply: WireReply,
  acts: Acts,
): void {
  if (faults.length === 0) return carryOut(faults, clock, line, reply, acts);
  const find = (verb: FaultVerb): FiredFault | undefined => faults.find((fault) => fault.verb === verb);
  if (find("drop_req") || find("cancel.drop")) return;
  const refused = find("place.reject") ?? find("cancel.reject");
  if (refused) return reply.answer(acts.reject(refused.args.code));
  if (find("unavailable")) return reply.answer(acts.unavailable());
  if (find("throttled")) return reply.answer(acts.throttled());
  const slow = find("delay_req");
  if (!slow) return carryOut(faults, clock, line, reply, acts);
  clock.after(slow.args.ms ?? 1_000, () => {
    const late = acts.late();
    if (late) reply.answer(late);
    else carryOut(faults, clock, line, reply, acts);
  });
}

/** What the engine makes of an order that got as far as it, and what the caller hears of that. */
function carryOut(faults: readonly FiredFault[], clock: Clock, line: PrivateLine, reply: WireReply, acts: Acts): void {
  const find = (verb: FaultVerb): FiredFault | undefined => faults.find((fault) => fault.verb === verb);
  const hindrance = hindranceOf(faults);
  const doubtful = find("unknown") ?? find("timed_out") ?? find("internal");
  if (doubtful) {
    const { verb, args } = doubtful;
    if (args.executed ?? verb !== "internal") acts.execute(hindrance);
    return reply.answer(
      verb === "unknown" ? acts.unknown() : verb === "internal" ? acts.internal() : acts.timedOut(args.code),
    );
  }
  if (find("exec_drop_resp")) {
    acts.execute(hindrance);
    return reply.cut();
  }
  const delay = find("delay_resp");
  const streamFirst = find("stream_first");
  const lateMs = delay ? (delay.args.ms ?? 1_000) : streamFirst ? (streamFirst.args.ms ?? STREAM_LEAD_MS) : 0;
  if (lateMs > 0) {
    const answer = acts.execute(hindrance);
    clock.after(lateMs, () => reply.answer(answer));
    return;
  }
  line.hold();
  const answer = acts.execute(hindrance);
  reply.answer(find("malformed_answer") ? { ...answer, body: answer.body.slice(0, answer.body.length >> 1) } : answer);
  line.release();
}

function hindranceOf(faults: readonly FiredFault[]): Hindrance {
  let hindrance: Hindrance = {};
  for (const { verb, args } of faults) {
    if (verb === "partial") hindrance = { ...hindrance, takeable: args.thousandths ?? 500 };
    if (verb === "no_liquidity") hindrance = { ...hindrance, takeable: 0 };
    if (verb === "visible_after") hindrance = { ...hindrance, visibleAfterMs: args.ms ?? 5_000 };
    if (verb === "fill_after_cancel") hindrance = { ...hindrance, lateFillMs: args.ms ?? 100 };
  }
  return hindrance;
}

/** How long an event that is to come late waits for one to overtake it. */
const REORDER_MS = 50;

/** The events of the account on their way to its listeners: held behind an answer, lost, doubled or overtaken. */
export class PrivateLine {
  readonly #venue: VenueId;
  readonly #clock: Clock;
  readonly #misfortune: Misfortune;
  #held: (() => void)[] | null = null;
  #late: (() => void) | null = null;

  constructor(venue: VenueId, clock: Clock, misfortune: Misfortune) {
    this.#venue = venue;
    this.#clock = clock;
    this.#misfortune = misfortune;
  }

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const deliver of held) this.#send(deliver);
  }

  push(deliver: () => void): void {
    if (this.#held) this.#held.push(deliver);
    else this.#send(deliver);
  }

  #send(deliver: () => void): void {
    const faults = this.#misfortune.at(this.#venue, "private");
    if (faults.some(({ verb }) => verb === "ws_drop")) return;
    if (faults.some(({ verb }) => verb === "ws_reorder") && !this.#late) {
      this.#late = deliver;
      this.#clock.after(REORDER_MS, () => this.#sendLate());
      return;
    }
    deliver();
    if (faults.some(({ verb }) => verb === "ws_dup")) deliver();
    this.#sendLate();
  }

  #sendLate(): void {
    const late = this.#late;
    this.#late = null;
    late?.();
  }
}
