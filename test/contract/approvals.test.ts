import { describe, expect, test } from "vitest";
import { APPROVAL_TTL_MS } from "#domain/approval.ts";
import { type Answered, type Stage, type StageGiven, TOKEN, stage } from "./stage.ts";

const ALICE = "a".repeat(40);
const ALICE_TOO = "A".repeat(40);
const BOB = "b".repeat(40);
const VERA = "v".repeat(40);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A real profile: alice and bob may act, vera may look; SAFE_MODE on and HOLD, as after a start. */
const real = (given: StageGiven = {}): Promise<Stage> =>
  stage({
    auth: true,
    people: { [ALICE]: "alice", [ALICE_TOO]: "alice", [BOB]: "bob" },
    viewers: { [VERA]: "vera" },
    facts: { profile: "testnet" },
    ...given,
    control: { mode: "HOLD", ...given.control },
  });

type As = (token: string, method: "GET" | "POST" | "PATCH", url: string, body?: unknown) => Promise<Answered>;
const by =
  ({ ask }: Stage): As =>
  (token, method, url, body) =>
    ask(method, url, body, bearer(token));

const RESUME = "/api/ui/resume";
const STATE = "/api/ui/control-state";

/** What alice has asked for, as anybody may read it. */
async function asked(as: As, action: string, params: Record<string, unknown> = {}) {
  const { status, body } = await as(ALICE, "POST", "/api/ui/approvals", { action, params, reason: "tested" });
  expect([status, body.outcome]).toEqual([200, "waiting"]);
  return body.approval as { id: string; params_hash: string; requester: string };
}

const approve = (as: As, token: string, { id, params_hash }: { id: string; params_hash: string }): Promise<Answered> =>
  as(token, "POST", `/api/ui/approvals/${id}/approve`, { params_hash });

describe("resume takes two", () => {
  test("one asks and is refused by name of what is missing, another approves, and it runs", async () => {
    const set = await real();
    const as = by(set);
    const refused = await as(ALICE, "POST", RESUME, { reason: "feed is back" });
    expect([refused.status, refused.body.code]).toEqual([403, "approvals_missing"]);
    expect((await as(BOB, "GET", STATE)).body.mode).toBe("HOLD");
    const { items, operators, two_man_rule } = (await as(BOB, "GET", "/api/ui/approvals")).body;
    expect([two_man_rule, operators, items.length, items[0].id]).toEqual([true, 3, 1, refused.body.approval]);
    const yes = await approve(as, BOB, items[0]);
    expect([yes.status, yes.body.outcome, yes.body.approval.decided_by]).toEqual([200, "done", "bob"]);
    expect((await as(ALICE, "GET", STATE)).body).toMatchObject({ mode: "RUN", preflight_passed: true, approvals: [] });
  });

  test.each([
    ["the requester", ALICE, "own_request", 403],
    ["the requester with another token", ALICE_TOO, "own_request", 403],
    ["a viewer", VERA, "forbidden", 403],
    ["nobody", "x".repeat(40), "unauthorized", 401],
  ])("%s cannot be the second", async (_name, token, code, status) => {
    const set = await real();
    const as = by(set);
    const answer = await approve(as, token, await asked(as, "resume"));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(set.engine.rooms.controller.state.mode).toBe("HOLD");
  });

  test("an approval is used once", async () => {
    const set = await real();
    const as = by(set);
    const request = await asked(as, "resume");
    await approve(as, BOB, request);
    await as(ALICE, "POST", "/api/ui/hold");
    const again = await approve(as, BOB, request);
    expect([again.status, again.body.code]).toEqual([409, "approval_decided"]);
    expect(set.engine.rooms.controller.state.mode).toBe("HOLD");
  });

  test("of two yes at the same moment the first counts", async () => {
    const set = await real({ people: { [ALICE]: "alice", [BOB]: "bob" } });
    const as = by(set);
    const request = await asked(as, "resume");
    const answers = await Promise.all([approve(as, BOB, request), approve(as, TOKEN, request)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });
});

describe("an approval is of a state, by its hash", () => {
  test("another hash is not what was asked for", async () => {
    const as = by(await real());
    const request = await asked(as, "resume");
    const answer = await approve(as, BOB, { ...request, params_hash: "0".repeat(64) });
    expect([answer.status, answer.body.code]).toEqual([409, "hash_mismatch"]);
  });

  test.each([
    ["a new HOLD", async (set: Stage) => set.engine.rooms.controller.hold("recon", "a difference")],
    ["SAFE_MODE going on", async (set: Stage) => set.engine.rooms.controller.setSafeMode(true, "somebody")],
    ["a changed setting", async (set: Stage) => by(set)(BOB, "PATCH", "/api/ui/control", { max_open_positions: 1 })],
    ["ten minutes", async (set: Stage) => set.pass(APPROVAL_TTL_MS)],
  ])("%s makes it stale", async (_name, happens) => {
    const set = await real();
    const as = by(set);
    const request = await asked(as, "resume");
    await happens(set);
    const answer = await approve(as, BOB, request);
    expect([answer.status, answer.body.code]).toEqual([409, "stale_approval"]);
    expect(set.engine.rooms.controller.state.mode).toBe("HOLD");
  });

  test("a venue that goes and comes back does not: it is looked at again when it takes effect", async () => {
    const set = await real();
    const as = by(set);
    const request = await asked(as, "resume");
    set.wire.takeDown("http://okx.simulated");
    await set.pass(10_000);
    const answer = await approve(as, BOB, request);
    expect([answer.status, answer.body.code === "preflight_failed" || answer.body.code === "stale_approval"]).toEqual([
      answer.status,
      true,
    ]);
    expect(set.engine.rooms.controller.state.mode).toBe("HOLD");
  });
});

describe("a no ends it", () => {
  test.each([
    [BOB, "rejected"],
    [ALICE, "withdrawn"],
  ])("by %s: %s", async (token, status) => {
    const as = by(await real());
    const request = await asked(as, "resume");
    const no = await as(token, "POST", `/api/ui/approvals/${request.id}/reject`, {});
    expect([no.status, no.body.approval.status]).toEqual([200, status]);
    expect((await approve(as, BOB, request)).body.code).toBe("approval_decided");
  });
});

describe("what takes two, and what never does", () => {
  test("raising a limit waits, lowering it is done at once", async () => {
    const set = await real();
    const as = by(set);
    const raised = await as(ALICE, "PATCH", "/api/ui/control", { max_total_notional_usdt: 500_000 });
    expect([raised.status, raised.body.code]).toEqual([403, "approvals_missing"]);
    const before = (await as(BOB, "GET", STATE)).body.settings.max_total_notional_usdt;
    const { items } = (await as(BOB, "GET", "/api/ui/approvals")).body;
    expect(items[0]).toMatchObject({
      action: "change_settings",
      params: { max_total_notional_usdt: 500_000 },
      before: { max_total_notional_usdt: before },
    });
    await approve(as, BOB, items[0]);
    expect((await as(BOB, "GET", STATE)).body.settings.max_total_notional_usdt).toBe("500000");
    const lowered = await as(ALICE, "PATCH", "/api/ui/control", { max_total_notional_usdt: 40_000 });
    expect([lowered.status, lowered.body.changes]).toEqual([200, ["max_total_notional_usdt"]]);
    expect(set.engine.rooms.settings().limits.maxTotalNotional).toBe(40_000n * 10n ** 12n);
  });

  test.each([
    ["SAFE_MODE off", "safe_mode_off", { safeMode: true }, { safe_mode: false }],
    ["the two-man rule off", "two_man_rule_off", {}, { two_man_rule: false }],
    ["the kill switch lifted", "kill_release", { killed: true, safeMode: true }, { killed: false }],
  ])("%s", async (_name, action, control, becomes) => {
    const as = by(await real({ control }));
    const request = await asked(as, action);
    expect((await approve(as, BOB, request)).status).toBe(200);
    expect((await as(BOB, "GET", STATE)).body).toMatchObject({ ...becomes, mode: "HOLD" });
  });

  test("two persons lift the kill switch and the rule itself even where the rule is off", async () => {
    const as = by(await real({ control: { killed: true, safeMode: true, twoManRule: false } }));
    expect((await as(ALICE, "POST", "/api/ui/reset")).body.code).toBe("approvals_missing");
    expect((await as(ALICE, "PATCH", "/api/ui/control", { safe_mode: false })).body.code).toBe("killed");
  });

  test.each([
    ["POST", "/api/ui/hold", {}, { mode: "HOLD" }],
    ["POST", "/api/ui/stop", {}, { mode: "HOLD" }],
    ["POST", "/api/ui/kill", {}, { control: { killed: true, safe_mode: true } }],
    ["PATCH", "/api/ui/control", { safe_mode: true }, { control: { safe_mode: true } }],
    ["PATCH", "/api/ui/control", { max_leverage: 2 }, { changes: ["max_leverage"] }],
    ["POST", "/api/ui/cancel_all", {}, { result: { still_open: [] } }],
    ["POST", "/api/ui/close_exposure", {}, { closed: 0, still_open: 0 }],
  ] as const)("%s %s %j needs nobody", async (method, url, body, answer) => {
    const as = by(await real({ control: { mode: "RUN" } }));
    expect(await as(ALICE, method, url, body)).toMatchObject({ status: 200, body: answer });
  });

  test("with the rule off one operator suffices", async () => {
    const as = by(await real({ control: { twoManRule: false } }));
    expect((await as(ALICE, "POST", RESUME)).body.mode).toBe("RUN");
  });

  test("with one operator alone the resume says how to add another", async () => {
    const set = await stage({ auth: true, facts: { profile: "live" }, control: { mode: "HOLD" } });
    const answer = await set.ask("POST", RESUME, {}, bearer(TOKEN));
    expect([answer.status, answer.body.code]).toEqual([403, "preflight_failed"]);
    expect(answer.body.detail).toMatch(/propbot operators add/);
  });

  test("a viewer reads and is refused everything else", async () => {
    const as = by(await real());
    expect((await as(VERA, "GET", STATE)).status).toBe(200);
    for (const url of ["/api/ui/hold", "/api/ui/kill", RESUME, "/api/ui/approvals"])
      expect([url, (await as(VERA, "POST", url, {})).body.code]).toEqual([url, "forbidden"]);
  });
});

describe("on record", () => {
  test("asking, approving and the deed are rows with names, and the deed comes with its approval's end", async () => {
    const set = await real();
    const as = by(set);
    await approve(as, BOB, await asked(as, "resume"));
    const rows = set.audit.rows.map(({ actor, action }) => `${actor} ${action}`);
    expect(rows).toEqual(
      expect.arrayContaining(["alice approval.pending", "bob control.resume", "bob approval.approved"]),
    );
    expect(rows.indexOf("bob approval.approved") - rows.indexOf("bob control.resume")).toBe(1);
  });

  test("what cannot be put on record is not done, and holds", async () => {
    const set = await real({ control: { twoManRule: false } });
    set.audit.refuses = true;
    const answer = await by(set)(ALICE, "POST", RESUME);
    expect([answer.status, answer.body.code]).toEqual([503, "not_recorded"]);
    expect(set.engine.rooms.controller.isHeldBy("audit")).toBe(true);
  });

  test("HOLD is done even when it cannot be put on record", async () => {
    const set = await real({ control: { mode: "RUN" } });
    set.audit.refuses = true;
    const answer = await by(set)(ALICE, "POST", "/api/ui/hold");
    expect([answer.status, answer.body.mode]).toEqual([200, "HOLD"]);
    expect(answer.body.reasons.map(({ code }: { code: string }) => code)).toEqual(["operator", "audit"]);
  });

  test("refusals are rows too", async () => {
    const set = await real();
    const as = by(set);
    await approve(as, ALICE, await asked(as, "resume"));
    expect(set.audit.rows.at(-1)).toMatchObject({
      actor: "alice",
      action: "control.refused",
      data: { code: "own_request" },
    });
  });
});

test("more than twenty of one person do not wait", async () => {
  const as = by(await real());
  for (let n = 0; n < 20; n += 1) await asked(as, "change_settings", { max_open_positions: 10 + n });
  const answer = await as(ALICE, "POST", "/api/ui/approvals", {
    action: "change_settings",
    params: { max_open_positions: 99 },
  });
  expect([answer.status, answer.body.code]).toEqual([409, "too_many_requests_pending"]);
});

test("in paper one person suffices, and the answer says so", async () => {
  const set = await stage({ control: { mode: "HOLD", safeMode: true } });
  const answer = await set.ask("POST", "/api/ui/approvals", { action: "safe_mode_off" });
  expect(answer.body).toMatchObject({ outcome: "done", approval: null });
  expect(answer.body.detail).toMatch(/in paper one person suffices/);
});
