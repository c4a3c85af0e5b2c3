import type { Patch } from "../plant.ts";

/** A place in the product at which a process can be made to stand still and be killed. Nothing in `src/` knows of it. */
export interface ChaosPoint {
  readonly name: string;
  readonly patch: Patch;
  /** It is met once in a start, or not in every hedge. */
  readonly seldom?: boolean;
}

const EXECUTOR = "trading/hedge/executor.ts";
const LEGS = "trading/hedge/legs.ts";
const AUDIT = "adapters/storage/audit-log.ts";
const here = (name: string): string => `globalThis.chaosPoint(${JSON.stringify(name)});`;

/** The text as it stands, with the point before or after it. */
function at(name: string, file: string, find: string, where: "before" | "after", seldom = false): ChaosPoint {
  const replace = where === "before" ? `${here(name)} ${find}` : `${find} ${here(name)}`;
  return { name, patch: { file, find, replace }, ...(seldom ? { seldom } : {}) };
}

const LEG_WRITES = `const answers = legs.map(({ ready }) => ready.send(receipt));`;
const written = (leg: 0 | 1): string =>
  `const answers = legs.map(({ ready }, leg) => { const answer = ready.send(receipt); if (leg === ${leg}) ${here(leg === 0 ? "after_write_A" : "after_write_B")} return answer; });`;

/** Every boundary between deciding, writing down, sending, hearing and booking. */
export const chaosPoints: readonly ChaosPoint[] = [
  at(
    "after_reserve",
    EXECUTOR,
    `const flushed = this.#journal.append(running, { type: "intended", intent });`,
    "before",
  ),
  at("after_intent_commit", EXECUTOR, `const receipt = await flushed;`, "after"),
  { name: "after_write_A", patch: { file: LEGS, find: LEG_WRITES, replace: written(0) } },
  { name: "after_write_B", patch: { file: LEGS, find: LEG_WRITES, replace: written(1) } },
  at("after_ack_A", LEGS, `if (filled > 0n) running.turnedAway = 0;`, "before"),
  at("after_fill_before_commit", EXECUTOR, `this.#record(running, { type: "filled", fill: update.fill });`, "before"),
  at(
    "recovery_decided",
    EXECUTOR,
    `const order = recoveryOrder(hedge, decision, running.asker, clock.now());`,
    "before",
    true,
  ),
  at("exit_or_recovery_intent", EXECUTOR, `const receipt = await written;`, "after"),
  {
    name: "exit_or_recovery_written",
    patch: {
      file: EXECUTOR,
      find: `if (receipt) return this.#legs.send(running, legs, receipt);`,
      replace: `if (receipt) { this.#legs.send(running, legs, receipt); ${here("exit_or_recovery_written")} return; }`,
    },
  },
  at("hedge_finished", EXECUTOR, `this.#deps.journal.finish(running.hedge.intent.id);`, "after"),
  {
    name: "audit_mid_append",
    patch: {
      file: AUDIT,
      find: `done += writeSync(this.#file, bytes, done);`,
      replace: `{ if (globalThis.chaosWants("audit_mid_append")) writeSync(this.#file, bytes, 0, bytes.length >> 1); ${here("audit_mid_append")} done += writeSync(this.#file, bytes, done); }`,
    },
  },
  at("audit_written_not_flushed", AUDIT, `this.#synced = false;`, "after"),
  at("state_mid_rename", "adapters/storage/replace-file.ts", `renameSync(partial, path);`, "before"),
  at("approval_committed", "trading/control/authority.ts", `if (ended) this.approvals.keep(ended);`, "before", true),
  at("confirm_claimed", "trading/engine/opening.ts", `const id = world.chance.hedgeId();`, "after"),
  at("migration_mid", "adapters/storage/sqlite.ts", `store.exec(sql);`, "after", true),
  at("ledger_asked", "trading/accounts/accounts.ts", `void this.#ledger.post(entries).then(`, "before"),
  at("journal_read_back", "trading/engine/engine.ts", `await executor.resume(journal.read(HISTORY));`, "after", true),
];
