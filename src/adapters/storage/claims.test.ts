import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { after, instantAt } from "#domain/time.ts";
import type { Claim } from "#ports/claims.ts";
import { StoredClaims } from "./claims.ts";
import { openStore } from "./sqlite.ts";
import { ThreadedLedger } from "./threaded-ledger.ts";

const folder = mkdtempSync(join(tmpdir(), "propbot-claims-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOW = instantAt(1_767_225_600_000);
const aClaim = (id: string, given: Partial<Claim> = {}): Claim => ({
  id,
  who: "alice",
  fingerprint: "f",
  at: NOW,
  until: after(NOW, 600_000),
  ...given,
});
const ANSWER = { status: 200, type: "application/json", body: '{"ok":true}' };

test("a claim is there after a restart, with its answer or without", async () => {
  const path = join(folder, "restart.db");
  const first = await ThreadedLedger.open(path, () => undefined);
  expect(await first.claim(aClaim("a"))).toEqual({ outcome: "fresh" });
  expect(await first.claim(aClaim("b"))).toEqual({ outcome: "fresh" });
  expect(await first.settle("a", ANSWER)).toBeNull();
  await first.close();
  const second = await ThreadedLedger.open(path, () => undefined);
  expect(await second.claim(aClaim("a"))).toEqual({ outcome: "known", fingerprint: "f", answer: ANSWER });
  expect(await second.claim(aClaim("b"))).toEqual({ outcome: "known", fingerprint: "f", answer: null });
  expect(await second.release("b")).toBeNull();
  expect(await second.claim(aClaim("b"))).toEqual({ outcome: "fresh" });
  await second.close();
  expect(await second.claim(aClaim("c"))).toMatchObject({ outcome: "failed" });
  expect(await second.settle("b", ANSWER)).toMatch(/thread/);
});

function inStore(most: number) {
  const store = openStore(join(folder, `most-${most}.db`));
  return { claims: new StoredClaims(store, most), store };
}

test("a person's oldest that have an answer go first, and what has none never goes for another", () => {
  const { claims, store } = inStore(2);
  claims.claim(aClaim("a"));
  claims.claim(aClaim("b", { at: after(NOW, 1) }));
  expect(claims.claim(aClaim("c", { at: after(NOW, 2) }))).toEqual({ outcome: "full" });
  expect(claims.claim(aClaim("d", { who: "bob" }))).toEqual({ outcome: "fresh" });
  claims.settle("b", ANSWER);
  expect(claims.claim(aClaim("c", { at: after(NOW, 2) }))).toEqual({ outcome: "fresh" });
  expect(claims.claim(aClaim("a"))).toMatchObject({ outcome: "known" });
  store.close();
});

test("past its time it is forgotten, and an answer is written once", () => {
  const { claims, store } = inStore(10);
  claims.claim(aClaim("a"));
  claims.settle("a", ANSWER);
  claims.settle("a", { ...ANSWER, status: 400 });
  claims.release("a");
  expect(claims.claim(aClaim("a", { at: after(NOW, 599_999) }))).toMatchObject({ answer: { status: 200 } });
  expect(claims.claim(aClaim("a", { at: after(NOW, 600_000) }))).toEqual({ outcome: "fresh" });
  store.close();
});
