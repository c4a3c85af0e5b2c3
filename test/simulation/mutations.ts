import type { Mutation } from "../plant.ts";

/** Where the hunt for the rarer ones begins: all seeds before it were once seen to let them live, and would only cost time. */
export const HUNT_FROM: Readonly<Record<string, number>> = {
  M4: 400,
  M8: 300,
  M10: 45,
  M18: 80,
  M29: 695,
  M30: 98,
  M33: 28,
};

const EXECUTOR = "trading/hedge/executor.ts";
const LEGS = "trading/hedge/legs.ts";
const MACHINE = "domain/hedge-machine.ts";
const RECOVERY = "trading/hedge/recovery-policy.ts";

const one = (name: string, file: string, find: string, replace: string): Mutation => ({
  name,
  patches: [{ file, find, replace }],
});

/** Every bug the simulation must be able to see. The numbers are those of the safety specification where it has one. */
export const mutations: readonly Mutation[] = [
  one(
    "M1 an order of unknown outcome is sent again",
    LEGS,
    `record(running, { type: "order-unknown", order, says: outcome.fault.says });`,
    `void this.#venue(request.venue).trading.prepare(request).send({ sequence: 0 } as never).then((again) => this.#answered(running, request, again));`,
  ),
  one(
    "M2 a 503 of unknown outcome is taken for a failure",
    "adapters/venues/binance/faults.ts",
    `if (status === 503) return overload(says);`,
    `if (status === 503) return "not-done";`,
  ),
  one(
    "M3 one not-found proves absence",
    "trading/hedge/resolution.ts",
    `(await this.#absent(order, found.venueTime))`,
    `found.venueTime > 0`,
  ),
  one(
    "M4 a fill after the order's end is ignored",
    MACHINE,
    `if (order.fills.some((known) => fillKey(known) === key)) return order;`,
    `if (order.state === "cancelled" || order.state === "expired" || order.fills.some((known) => fillKey(known) === key)) return order;`,
  ),
  one(
    "M5 the same fill counts twice",
    MACHINE,
    `if (order.fills.some((known) => fillKey(known) === key)) return order;`,
    ``,
  ),
  one(
    "M6 an answer with nothing executed means nothing filled",
    LEGS,
    `const { venueOrderId, status, filled, at } = outcome.order;`,
    `const { venueOrderId, filled, at } = outcome.order; const status = filled === 0n ? "cancelled" : outcome.order.status;`,
  ),
  one(
    "M7 the wire before the journal",
    EXECUTOR,
    `const receipt = await flushed;`,
    `void flushed; const receipt = { sequence: 0 } as never;`,
  ),
  {
    name: "M8 the gate is asked before the wait only",
    patches: [
      {
        file: EXECUTOR,
        find: `if (receipt && open && !this.#closed)`,
        replace: `if (receipt && (open || true) && !this.#closed)`,
      },
      {
        file: "adapters/venues/order-desk.ts",
        find: `gate.permits(order.act, venue, order.asker)`,
        replace: `true`,
      },
    ],
  },
  one(
    "M9 hedges in flight do not count in the limits",
    "trading/risk/exposure.ts",
    `if (isFinished(hedge)) continue;`,
    `if (isFinished(hedge) || !hedge.wasHedged) continue;`,
  ),
  one(
    "M10 hedges with unknown orders do not count in the limits",
    "trading/risk/exposure.ts",
    `if (isFinished(hedge)) continue;`,
    `if (isFinished(hedge) || liveOrders(hedge).some((order) => order.state === "unknown")) continue;`,
  ),
  one(
    "M11 an unwind is not reduce-only",
    "trading/hedge/recovery-order.ts",
    `reduceOnly: act === "unwind",`,
    `reduceOnly: false,`,
  ),
  one(
    "M13 the second leg is never sent",
    LEGS,
    `const answers = legs.map(({ ready }) => ready.send(receipt));`,
    `const answers = legs.slice(0, 1).map(({ ready }) => ready.send(receipt));`,
  ),
  one(
    "M14 a restart sends again what was on its way",
    EXECUTOR,
    `this.#record(running, { type: "order-unknown", order: request.id, says: "the process was restarted" });`,
    `this.#legs.send(running, this.#legs.prepare([request]), { sequence: 0 } as never);`,
  ),
  one(
    "M16 contracts are taken for coins",
    "adapters/venues/okx/decode.ts",
    `return format(((base * ONE) / contractSize) as Quantity);`,
    `return format(base);`,
  ),
  one(
    "M17 a restart forgets the journal",
    "trading/engine/engine.ts",
    `await executor.resume(journal.read(HISTORY));`,
    ``,
  ),
  {
    name: "M21 recovery at any price",
    patches: [
      {
        file: RECOVERY,
        find: `const UNWIND_BANDS: readonly Bps[] = [bps("10"), bps("25")];`,
        replace: `const UNWIND_BANDS: readonly Bps[] = [bps("300"), bps("300")];`,
      },
      {
        file: RECOVERY,
        find: `const edge = banded(side, middle(prices), band);`,
        replace: `const edge = banded(side, middle(prices), bps("300"));`,
      },
    ],
  },
  one(
    "M23 a fill never reaches the ledger",
    "trading/engine/pipeline.ts",
    `if (order) {`,
    `if (order && !event.fill.tradeId.endsWith("7")) {`,
  ),
  one(
    "M25 what a venue says was filled is ignored",
    MACHINE,
    `const grown = { ...known, filled,`,
    `const grown = { ...known, filled: order.filled,`,
  ),
  one(
    "M26 absence is believed before the venue's own lag",
    "trading/hedge/resolution.ts",
    `venueTime <= visible`,
    `venueTime <= request.expiresAt`,
  ),
  one(
    "M27 uneven legs raise no alarm",
    "trading/hedge/uneven.ts",
    `const UNEVEN_ALARM_MS = 2_000;`,
    `const UNEVEN_ALARM_MS = 2_000_000;`,
  ),
  one("M28 a name is used twice", MACHINE, `=== leg).length + 1;`, `=== leg).length > 0 ? 2 : 1;`),
  one(
    "M29 funding is shared out by every channel that tells of it",
    "trading/accounts/accounts.ts",
    `if (this.#shared.has(`,
    `if (false && this.#shared.has(`,
  ),
  one(
    "M30 funding that no stream told is never read back",
    "trading/reconcile/reading.ts",
    `await catchUp.funding(venue);`,
    ``,
  ),
  one(
    "M31 an order its socket died with goes out again over REST",
    "adapters/venues/order-desk.ts",
    `if (answer !== null) return this.#read(answer);`,
    `if (answer !== null) return this.#read(answer).then((reply) => (reply.outcome === "lost" ? rest.carry(call, rest.write(call)) : reply));`,
  ),
  one(
    "M12 a hedge is decided on a stale book",
    "trading/scanner/evaluate.ts",
    `const reason = book.distrust(now, settings.bookMaxAgeMs);`,
    `const reason = book.distrust(now, Infinity);`,
  ),
  one(
    "M18 an opportunity counts as taken only once it is open",
    "desk/trading-desk.ts",
    `if (!candidates.take(shown.id)) return`,
    `if (candidate.taken) return`,
  ),
  one(
    "M19 whoever asked may approve",
    "trading/control/approvals.ts",
    `if (request.requester === approver)`,
    `if (request.id === approver)`,
  ),
  one(
    "M20 two runs give the same names",
    "adapters/host/chance.ts",
    "${base36(this.#prefix.epoch, 4)}",
    "${base36(1, 4)}",
  ),
  one(
    "M32 a restart comes up in RUN",
    "trading/control/controller.ts",
    `start.mode === "RUN" && !start.killed`,
    `!start.safeMode && !start.killed`,
  ),
  one(
    "M33 a restart forgets the kill switch",
    "trading/control/control-words.ts",
    `killed: state["killed"] === true,`,
    `killed: false,`,
  ),
  one(
    "M34 the deed comes before its record",
    "trading/control/authority.ts",
    `const failed = this.#record(ended ? [deed, approvalNote(who.name, ended)] : [deed]);`,
    `the.apply(params, says); const failed = this.#record(ended ? [deed, approvalNote(who.name, ended)] : [deed]);`,
  ),
];
