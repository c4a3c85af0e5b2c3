import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { MemoryClaims } from "#adapters/storage/memory-claims.ts";
import { after } from "#domain/time.ts";
import { aClock } from "../kit.ts";
import { canonical } from "#desk/canonical.ts";
import { type KeyedRequest, Once } from "#desk/once.ts";

const ASK: KeyedRequest = {
  who: "alice",
  method: "POST",
  path: "/api/ui/resume",
  key: "a-key-of-mine",
  query: "",
  body: { reason: "a", more: { b: 1, c: [2] } },
};
const DONE = { status: 200, type: "application/json", body: '{"ok":true}' };

function someOnce(
  claims = new MemoryClaims(),
  told: (claim: string) => null | { ok: true; value: unknown } = () => null,
) {
  const clock = aClock();
  const unkept: string[] = [];
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  const once = new Once({ claims, clock, digest, ttlMs: 600_000, told, unkept: (says) => unkept.push(says) });
  const run = async (request = ASK): Promise<string> => {
    const begun = await once.begin(request);
    return begun.outcome === "run" ? begun.claim : "";
  };
  const again = async (request = ASK): Promise<unknown> => {
    const begun = await once.begin(request);
    return begun.outcome === "refused" ? begun.refusal.code : begun.outcome;
  };
  return { once, claims, clock, unkept, run, again };
}

test("the same request again is the stored answer, whatever the order of its keys", async () => {
  const { once, run } = someOnce();
  await once.finish(await run(), DONE, false);
  const body = { more: { c: [2], b: 1 }, reason: "a" };
  expect(await once.begin({ ...ASK, body })).toEqual({ outcome: "replay", answer: DONE });
});

test.each([
  ["another body", { body: { reason: "b" } }, "idempotency_conflict"],
  ["another query", { query: "?x=1" }, "idempotency_conflict"],
  ["another person", { who: "bob" }, "run"],
  ["another path", { path: "/api/ui/reset" }, "run"],
  ["another method", { method: "PATCH" }, "run"],
  ["another key", { key: "another-key" }, "run"],
])("under a used key %s: %s", async (_name, change, outcome) => {
  const { once, run, again } = someOnce();
  await once.finish(await run(), DONE, false);
  expect(await again({ ...ASK, ...change })).toBe(outcome);
});

test("while it runs the same is told to wait and another is refused, before the store has even answered", async () => {
  const { once, again } = someOnce();
  const first = once.begin(ASK);
  expect(await again()).toBe("idempotency_in_progress");
  expect(await again({ ...ASK, body: {} })).toBe("idempotency_conflict");
  expect((await first).outcome).toBe("run");
});

describe("what is kept", () => {
  test.each([
    [200, false, "replay"],
    [400, false, "replay"],
    [404, false, "replay"],
    [409, false, "replay"],
    [422, false, "replay"],
    [401, false, "run"],
    [403, false, "run"],
    [429, false, "run"],
    [502, false, "run"],
    [503, false, "run"],
    [500, true, "idempotency_unknown"],
  ])("after %i (ours: %s): %s", async (status, broke, outcome) => {
    const { once, run, again } = someOnce();
    await once.finish(await run(), { ...DONE, status }, broke);
    expect(await again()).toBe(outcome);
  });

  test("a 502 after a hedge was begun is never run again: the hedge is told of", async () => {
    const { once, run, again } = someOnce(new MemoryClaims(), () => ({ ok: true, value: "the hedge" }));
    await once.finish(await run(), { ...DONE, status: 502 }, false);
    expect(await again()).toBe("told");
  });

  test.each([
    ["/api/ui/resume", 600_000],
    ["/api/arb/execute", 86_400_000],
    ["/api/arb/confirm", 86_400_000],
  ])("%s for %i ms", async (path, keptMs) => {
    const { once, run, again, clock } = someOnce();
    const ask = { ...ASK, path };
    await once.finish(await run(ask), DONE, false);
    await clock.runUntil(after(clock.now(), keptMs - 1));
    expect(await again(ask)).toBe("replay");
    await clock.runUntil(after(clock.now(), 1));
    expect(await again(ask)).toBe("run");
  });
});

describe("after a crash", () => {
  test("a claim without an answer is never run, and says where to look", async () => {
    const claims = new MemoryClaims();
    await someOnce(claims).run();
    const next = someOnce(claims);
    expect([await next.again(), await next.again()]).toEqual(["idempotency_unknown", "idempotency_unknown"]);
    expect(await next.again({ ...ASK, body: {} })).toBe("idempotency_conflict");
  });

  test("and when the hedge it began is known, that is its answer", async () => {
    const claims = new MemoryClaims();
    const claim = await someOnce(claims).run();
    const next = someOnce(claims, (asked) => (asked === claim ? { ok: true, value: "the hedge" } : null));
    expect(await next.once.begin(ASK)).toEqual({ outcome: "told", answer: { ok: true, value: "the hedge" } });
  });
});

test("without a record nothing is begun", async () => {
  const { claims, again, unkept } = someOnce();
  claims.refuses = true;
  expect(await again()).toBe("not_recorded");
  expect(unkept).toEqual(["no space left on device"]);
  claims.refuses = false;
  expect(await again()).toBe("run");
});

test("a record that does not answer is waited for five seconds, and nothing is begun", async () => {
  class Stuck extends MemoryClaims {
    override claim(): ReturnType<MemoryClaims["claim"]> {
      return new Promise(() => undefined);
    }
  }
  const { again, clock, unkept } = someOnce(new Stuck());
  const asked = again();
  await clock.runUntil(after(clock.now(), 5_000));
  expect([await asked, unkept]).toEqual(["not_recorded", ["the record does not answer"]]);
});

test("what did not wait for its record is on it afterwards, and known the next time", async () => {
  const { once, claims } = someOnce();
  expect(await once.afterwards(ASK, DONE)).toBe(false);
  expect(claims.rows[0]?.answer).toEqual(DONE);
  expect(await once.afterwards(ASK, DONE)).toBe(true);
  expect(await once.afterwards({ ...ASK, body: {} }, DONE)).toBe(false);
});

test.each([
  [{ b: 1, a: [2, { d: null, c: "x" }] }, '{"a":[2,{"c":"x","d":null}],"b":1}'],
  [undefined, "null"],
  [{ a: undefined }, "{}"],
])("%j is written %s", (value, text) => {
  expect(canonical(value)).toBe(text);
});
