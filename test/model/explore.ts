import { APPROVAL_TTL_MS, type ApprovalRequest, BOUND_TO_BOOT, type DangerousAct } from "#domain/approval.ts";
import type { Ruling } from "#trading/control/authority.ts";
import { ControlWorld, RAISED } from "./control-world.ts";

/*
 * Every order of events up to a stated depth, over the real controller, authority and record: two who ask, three who
 * approve (one of them with two credentials), a viewer, rejections, wrong hashes, time, HOLD, kill, SAFE_MODE, changed
 * settings, a preflight that turns, and restarts. States that cannot be told apart are gone on from once.
 */
interface Step {
  readonly name: string;
  readonly run: (world: ControlWorld) => Promise<Ruling | void>;
  /** The request this step says yes to, as it stood just before. */
  readonly voice?: { readonly who: string; readonly nth: number; readonly hash: "right" | "wrong" };
}

const asks: readonly Step[] = (
  [
    ["alice", "resume"],
    ["bob", "resume"],
    ["alice", "safe_mode_off"],
    ["bob", "change_settings"],
    ["alice", "two_man_rule_off"],
    ["bob", "kill_release"],
  ] as const
).map(([who, act]) => ({ name: `${who} asks ${act}`, run: (world) => world.ask(who, act) }));

const voices: readonly Step[] = [0, 1].flatMap((nth) =>
  (
    [
      ["alice2", "right"],
      ["bob", "right"],
      ["carol", "right"],
      ["carol", "wrong"],
      ["vera", "right"],
    ] as const
  ).map(([who, hash]) => ({
    name: `${who} approves #${nth} with the ${hash} hash`,
    voice: { who, nth, hash },
    run: async (world) => {
      const request = world.pending()[nth];
      return request ? world.approve(who, request.id, hash) : undefined;
    },
  })),
);

const others: readonly Step[] = [
  {
    name: "carol rejects #0",
    run: async (world) => {
      const request = world.pending()[0];
      return request ? world.reject("carol", request.id) : undefined;
    },
  },
  { name: "hold", run: async (world) => world.controller.hold("operator", "asked to") },
  { name: "kill", run: async (world) => world.controller.kill("asked to") },
  { name: "SAFE_MODE on", run: async (world) => world.controller.setSafeMode(true, "asked to") },
  { name: "a limit lowered", run: async (world) => world.lower() },
  { name: "five minutes", run: (world) => world.wait(APPROVAL_TTL_MS / 2) },
  { name: "ten minutes", run: (world) => world.wait(APPROVAL_TTL_MS) },
  { name: "restart", run: async (world) => world.restart() },
  {
    name: "the preflight turns",
    run: async (world) => {
      world.green = !world.green;
    },
  },
];
const STEPS: readonly Step[] = [...asks, ...voices, ...others];

/** What a step did to control, judged by what was asked and by whom; empty when it was within the rule. */
async function judged(world: ControlWorld, step: Step, used: Set<string>): Promise<string[]> {
  const before = { ...world.controller.state, limit: world.limit, boot: world.boot, green: world.green };
  const request: ApprovalRequest | undefined = step.voice && world.pending()[step.voice.nth];
  const at = world.clock.now();
  await step.run(world);
  const { state } = world.controller;
  const wrong: string[] = [];
  const loosened: [boolean, DangerousAct][] = [
    [before.mode !== "RUN" && state.mode === "RUN", "resume"],
    [before.safeMode && !state.safeMode, "safe_mode_off"],
    [before.twoManRule && !state.twoManRule, "two_man_rule_off"],
    [before.killed && !state.killed, "kill_release"],
    [before.limit !== RAISED && world.limit === RAISED, "change_settings"],
  ];
  for (const [happened, act] of loosened) {
    if (!happened) continue;
    const alone = !before.twoManRule && act !== "kill_release" && act !== "two_man_rule_off";
    if (alone && request === undefined) continue;
    const name = step.voice?.who.replace(/2$/, "");
    if (!request) wrong.push(`${act} without a request`);
    else if (request.act !== act) wrong.push(`${act} by a request for ${request.act}`);
    else if (request.requester === name) wrong.push(`${act} approved by the one who asked`);
    else if (step.voice?.who === "vera") wrong.push(`${act} approved by a viewer`);
    else if (step.voice?.hash === "wrong") wrong.push(`${act} approved with a wrong hash`);
    else if (request.revision !== before.version) wrong.push(`${act} approved for another state`);
    else if (BOUND_TO_BOOT.has(act) && request.boot !== before.boot) wrong.push(`${act} approved for another run`);
    else if (at >= request.expiresAt) wrong.push(`${act} approved too late`);
    else if (used.has(request.id)) wrong.push(`${act}: ${request.id} was used twice`);
    if (request) used.add(request.id);
  }
  if (state.mode === "RUN" && before.mode !== "RUN" && (!before.green || before.safeMode || before.killed))
    wrong.push("RUN past an obstacle");
  if (world.boot !== before.boot) {
    const kept =
      state.safeMode === before.safeMode && state.killed === before.killed && state.twoManRule === before.twoManRule;
    if (state.mode !== "HOLD" || !kept) wrong.push("a restart changed what guards us");
  }
  return wrong;
}

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  /** How many of them stood in RUN: it would prove nothing if none did. */
  readonly ran: number;
  readonly wrong: readonly string[];
}

/** @param most stops once so many wrongs are known */
export async function explore(twoManRule: boolean, depth: number, most = Infinity): Promise<Explored> {
  const seen = new Set<string>([new ControlWorld(twoManRule).key()]);
  let frontier: readonly (readonly Step[])[] = [[]];
  let [transitions, ran] = [0, 0];
  const wrong: string[] = [];
  for (let gone = 0; gone < depth && wrong.length < most; gone += 1) {
    const next: (readonly Step[])[] = [];
    for (const path of frontier) {
      for (const step of STEPS) {
        const world = new ControlWorld(twoManRule);
        const used = new Set<string>();
        for (const taken of path) await judged(world, taken, used);
        const found = await judged(world, step, used);
        transitions += 1;
        if (world.controller.state.mode === "RUN") ran += 1;
        const way = [...path, step];
        for (const says of found) wrong.push(`${says}: ${way.map(({ name }) => name).join(" > ")}`);
        const key = world.key();
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(way);
      }
    }
    frontier = next;
  }
  return { states: seen.size, transitions, wrong, ran };
}
