import { expect, test } from "vitest";
import { type StageGiven, stage } from "./stage.ts";

const FORM = { auto_loop: true, pair: "BTCUSDT", venues: ["binance-um", "okx-perp"], notional_usdt: 120 };
const ON_HOLD: StageGiven = { control: { mode: "HOLD" } };

test("the loop's form sets what control has, and both show it", async () => {
  const { ask } = await stage(ON_HOLD);
  const before = await ask("GET", "/api/ui/secret");
  expect(before.body).toMatchObject({
    slots: [],
    loop: { auto_loop: false, pair: null, venues: [], notional_usdt: 1500 },
  });
  const { status, body } = await ask("POST", "/api/ui/secret", FORM);
  expect([status, body]).toEqual([200, { status: "ok", loop: FORM }]);
  expect((await ask("GET", "/api/ui/secret")).body.loop).toEqual(FORM);
  expect((await ask("GET", "/api/ui/control-state")).body.settings).toMatchObject({
    auto_loop: true,
    loop_pair: "BTCUSDT",
    loop_venues: "binance-um,okx-perp",
    order_notional_usdt: "120",
  });
  const cleared = await ask("POST", "/api/ui/secret", { pair: null, venues: null });
  expect(cleared.body.loop).toEqual({ ...FORM, pair: null, venues: [] });
});

test("in live a larger order waits for a second person, as it does by control", async () => {
  const { ask } = await stage({ ...ON_HOLD, facts: { profile: "live" }, people: { other: "bob" } });
  const asked = await ask("POST", "/api/ui/secret", { notional_usdt: 5_000 });
  expect([asked.status, asked.body.code, asked.body.approval]).toEqual([
    403,
    "approvals_missing",
    expect.stringMatching(/^ap/),
  ]);
  expect((await ask("POST", "/api/ui/secret", { notional_usdt: 100 })).status).toBe(200);
});

test.each([
  { what: "nothing", body: {} },
  { what: "a wrong pair", body: { pair: "!" } },
  { what: "no venue of ours", body: { venues: ["kraken"] } },
  { what: "a negative amount", body: { notional_usdt: -1 } },
  { what: "both forms at once", body: { auto_loop: true, API_TOKEN: "x" } },
])("422 for $what, and nothing is changed", async ({ body }) => {
  const { ask } = await stage(ON_HOLD);
  const answer = await ask("POST", "/api/ui/secret", body);
  expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
  expect((await ask("GET", "/api/ui/secret")).body.loop.notional_usdt).toBe(1500);
});
