import { expect, test } from "vitest";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { APPROVAL_TTL_MS } from "#domain/approval.ts";
import { type Instant, after } from "#domain/time.ts";
import type { SecretValues, Secrets } from "#ports/secrets.ts";
import { SecretRoom, type SecretRoomDeps } from "#trading/control/secret-room.ts";

const VALUES: SecretValues = new Map([["OKX_API_SECRET", "a new one"]]);

function room(given: Partial<SecretRoomDeps> = {}, own: Partial<Secrets> = {}) {
  const clock = new VirtualClock(1_700_000_000_000 as Instant);
  const adopted: SecretValues[] = [];
  const failed: string[] = [];
  const secrets: Secrets = {
    closed: null,
    slots: () => [{ name: "OKX_API_SECRET", version: 4, since: null, inUse: true }],
    misfits: () => [],
    fingerprint: (values) => `of ${[...values.keys()].join()}`,
    prove: () => Promise.resolve(null),
    adopt: (values) => (adopted.push(values), { version: 5 }),
    ...own,
  };
  const made = new SecretRoom({
    clock,
    secrets,
    onHold: () => true,
    unknownOrders: () => 0,
    failed: (says) => void failed.push(says),
    ...given,
  });
  return { clock, adopted, failed, made, act: made.act() };
}

test("what was proven is taken into use, and then it is gone", async () => {
  const { made, act, adopted } = room();
  const held = made.hold(VALUES);
  expect(act.before(held.params)).toEqual({ OKX_API_SECRET: 4 });
  await act.prepare?.(held.params);
  expect(act.obstacles(held.params)).toEqual([]);
  expect(held.outcome()).toBeNull();
  act.apply(held.params, "rotated");
  expect([adopted, held.outcome()]).toEqual([[VALUES], { version: 5 }]);
  expect(act.obstacles(held.params)).toMatchObject([{ code: "not_possible" }]);
});

test("while the outcome of an order is not known, no key is taken away from under it", async () => {
  let asked = 0;
  const { made, act } = room({ unknownOrders: () => 2 }, { prove: () => Promise.resolve(((asked += 1), null)) });
  const { params } = made.hold(VALUES);
  await act.prepare?.(params);
  expect(act.obstacles(params)).toEqual([
    { code: "orders_unknown", says: "the outcome of 2 orders is not known: wait until it is" },
  ]);
  expect(asked).toBe(0);
});

test("what was not tried is not taken", () => {
  const { made, act } = room();
  expect(act.obstacles(made.hold(VALUES).params)).toMatchObject([{ code: "key_refused" }]);
});

test("ten minutes, and it is forgotten; asked for again it lives again", async () => {
  const { clock, made, act } = room();
  const { params } = made.hold(VALUES);
  await clock.runUntil(after(clock.now(), APPROVAL_TTL_MS - 1));
  made.hold(VALUES);
  await clock.runUntil(after(clock.now(), 1));
  expect(act.obstacles(params)).toMatchObject([{ code: "key_refused" }]);
  await clock.runUntil(after(clock.now(), APPROVAL_TTL_MS));
  expect(act.obstacles(params)).toMatchObject([{ code: "not_possible" }]);
});

test("a request with more in it than was given out is not ours", () => {
  const { made, act } = room();
  const { params } = made.hold(VALUES);
  expect(act.obstacles({ ...params, more: "x" })).toMatchObject([{ code: "not_possible" }]);
  expect(act.obstacles({ ...params, names: "API_TOKEN" })).toMatchObject([{ code: "not_possible" }]);
});

test("what could not be stored is said aloud", async () => {
  const { made, act, failed } = room({}, { adopt: () => ({ fault: "the disk is full" }) });
  const held = made.hold(VALUES);
  await act.prepare?.(held.params);
  act.apply(held.params, "rotated");
  expect([held.outcome(), failed]).toEqual([{ fault: "the disk is full" }, [expect.stringMatching(/disk is full/)]]);
});
