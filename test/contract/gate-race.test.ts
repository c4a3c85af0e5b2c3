import { expect, test } from "vitest";
import { SeededChance } from "#adapters/host/chance.ts";
import { usdt } from "#domain/decimal.ts";
import type { Operator } from "#domain/operator.ts";
import { settle } from "#adapters/host/virtual-clock.ts";
import { stage } from "./stage.ts";

/** Ten thousand in all, most of them against HOLD. */
const ROUNDS = { hold: 8_000, safe_mode: 1_000, kill: 1_000 } as const;
const PEOPLE: Operator = { name: "alice", role: "operator" };
const ASK = { symbol: "BTCUSDT", minSpread: 0, notional: 1_500, leverage: 1 };
/** An order that may add risk, as either venue's bytes say it. */
const OPENS = /"method":"order\.place"|"op":"order"|POST \/fapi\/v1\/order\?|POST \/api\/v5\/trade\/order /;
const REDUCES = /"reduceOnly":"?true|reduceOnly=true/;

/** Somebody executes and somebody stops, at every distance from each other that a hedge lives through. */
async function race(stop: keyof typeof ROUNDS) {
  let acknowledged = true;
  const [late, sent]: [string[], string[]] = [[], []];
  // Ten thousand hedges in a few minutes: what guards against that is not on trial here.
  const limits = {
    maxDelta: usdt("1000000"),
    placePerMin: 1_000_000,
    cancelPerMin: 1_000_000,
    rescuePerMin: 1_000_000,
  };
  const set = await stage({
    settings: { limits },
    paces: { clearAfterMs: 1, refusalsMs: 1 },
    overhear: (text) => {
      if (!OPENS.test(text) || REDUCES.test(text)) return;
      (acknowledged ? late : sent).push(text);
    },
  });
  const chance = new SeededChance(`gate race ${stop}`);
  const { controller } = set.engine.rooms;
  let [before, after] = [0, 0];
  for (let round = 0; round < ROUNDS[stop]; round += 1) {
    acknowledged = false;
    const written = sent.length;
    void set.desk.trading.execute(ASK);
    // Some rounds stop in the very step, some a few turns of the loop later, some while the answers are on their way.
    const turns = chance.integer(6);
    for (let turn = 0; turn < turns; turn += 1) await settle();
    if (chance.happens(0.7)) await set.pass(chance.integer(40) / 4);
    if (stop === "hold") set.desk.control.hold(PEOPLE, undefined);
    else if (stop === "safe_mode") void set.desk.control.change(PEOPLE, { safe_mode: true });
    else void set.desk.emergency.kill(PEOPLE, undefined);
    acknowledged = true;
    if (sent.length > written) after += 1;
    else before += 1;
    await set.pass(15);
    for (const hedge of set.engine.rooms.executor.active())
      void set.engine.rooms.executor.leave(hedge.intent.id, "operator", "operator");
    for (let waited = 0; !set.engine.rooms.executor.idle && waited < 200; waited += 1) await set.pass(20);
    if (controller.state.killed) controller.unkill("the next round");
    controller.setSafeMode(false, "the next round");
    // A venue that was asked too much wants a moment of silence.
    for (let waits = 0; controller.resume([]).outcome !== "running" && waits < 20; waits += 1) await set.pass(5_000);
  }
  return { late, before, after };
}

test.each(["hold", "safe_mode", "kill"] as const)(
  "after %s is acknowledged no order that adds risk is written to a socket",
  { timeout: 300_000 },
  async (stop) => {
    const { late, before, after } = await race(stop);
    expect(late).toEqual([]);
    // Both ways it can end were seen, or it was no race.
    expect([before > ROUNDS[stop] / 20, after > ROUNDS[stop] / 20]).toEqual([true, true]);
  },
);
