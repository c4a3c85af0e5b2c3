import type { Mutation } from "../plant.ts";

const APPROVALS = "trading/control/approvals.ts";
const AUTHORITY = "trading/control/authority.ts";
const STALE = `if (now >= request.expiresAt || request.revision !== revision) return true;`;
const GONE = `const gone = request.revision !== revision || (request.boot !== boot && BOUND_TO_BOOT.has(request.act));`;
const OTHER_BOOT = `if (request.boot !== boot && BOUND_TO_BOOT.has(request.act)) return true;`;

const one = (name: string, file: string, find: string, replace: string): Mutation => ({
  name,
  patches: [{ file, find, replace }],
});

/** Both guards against a request about a state that is gone, taken out. */
const forgetful = [
  { file: APPROVALS, find: STALE, replace: `if (now >= request.expiresAt) return true; revision = request.revision;` },
  { file: APPROVALS, find: GONE, replace: `const gone = request.boot !== boot && BOUND_TO_BOOT.has(request.act);` },
];

/** Every bug the model check must be able to see. */
export const mutations: readonly Mutation[] = [
  one("whoever asked may approve", APPROVALS, `if (request.requester === approver)`, `if (request.id === approver)`),
  one("M19 an approval is not bound to what was seen", APPROVALS, `if (request.hash !== hash)`, `if (hash === "")`),
  { name: "an approval outlives the state it was about", patches: forgetful },
  {
    name: "a request never expires",
    patches: [
      { file: APPROVALS, find: STALE, replace: `if (request.revision !== revision) return true;` },
      { file: APPROVALS, find: `if (now >= request.expiresAt) return [this`, replace: `if (now < 0) return [this` },
    ],
  },
  {
    name: "a resume survives a restart",
    patches: [
      { file: APPROVALS, find: OTHER_BOOT, replace: `` },
      { file: APPROVALS, find: GONE, replace: `const gone = request.revision !== revision && boot > 0;` },
    ],
  },
  one(
    "a viewer may approve",
    AUTHORITY,
    `return this.#refuse(who, "approve", "forbidden", [\`\${who.name} is a viewer\`]);`,
    `void who;`,
  ),
  one(
    "obstacles are not asked for again when it takes effect",
    AUTHORITY,
    `const refusal = this.#obstacle(who, request.act, the, request.params);`,
    `const refusal = null as ReturnType<typeof this.reject> | null;`,
  ),
  one(
    "one person lifts the kill switch where the rule is off",
    AUTHORITY,
    `(this.#deps.controller.state.twoManRule || ALWAYS_TWO.has(act))`,
    `this.#deps.controller.state.twoManRule`,
  ),
  one(
    "a restart forgets SAFE_MODE",
    "trading/control/control-words.ts",
    `safeMode: state["safeMode"] === true,`,
    `safeMode: false,`,
  ),
  one(
    "a restart forgets the kill switch",
    "trading/control/control-words.ts",
    `killed: state["killed"] === true,`,
    `killed: false,`,
  ),
  {
    name: "an approval can be used twice",
    patches: [{ file: AUTHORITY, find: `if (ended) this.approvals.keep(ended);`, replace: `` }, ...forgetful],
  },
];
