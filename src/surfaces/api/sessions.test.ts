import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Operator } from "#domain/operator.ts";
import { HOUR, MINUTE, after } from "#domain/time.ts";
import { aClock } from "../../../test/kit.ts";
import { sessionIn } from "./cookie.ts";
import { Sessions } from "./sessions.ts";

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

function someSessions() {
  const clock = aClock();
  const people = new Map<string, Operator>([["tokenA", { name: "alice", role: "operator" }]]);
  let drawn = 0;
  const operators = {
    identify: (token: string) => people.get(token) ?? null,
    holder: (digest: string) => [...people].find(([token]) => digestOf(token) === digest)?.[1] ?? null,
    all: () => [...people.values()],
  };
  const sessions = new Sessions(clock, operators, () => `drawn${(drawn += 1)}`.padEnd(43, "x"));
  return { sessions, people, pass: (ms: number) => clock.runUntil(after(clock.now(), ms)) };
}

test("a token opens one, and nobody's token opens none", () => {
  const { sessions } = someSessions();
  const cookie = sessions.open("tokenA")?.cookie ?? "";
  expect(sessions.find(cookie)?.who).toEqual({ name: "alice", role: "operator" });
  expect([sessions.open("tokenB"), sessions.find("tokenA"), sessions.find("")]).toEqual([null, null, null]);
});

test("unused for half an hour it is over, and used or not after twelve", async () => {
  const { sessions, pass } = someSessions();
  const [idle, busy] = [sessions.open("tokenA")?.cookie ?? "", sessions.open("tokenA")?.cookie ?? ""];
  await pass(29 * MINUTE);
  expect(sessions.find(busy)).not.toBeNull();
  await pass(MINUTE);
  expect([sessions.find(idle), sessions.find(busy) !== null]).toEqual([null, true]);
  for (let gone = 30 * MINUTE; gone < 12 * HOUR - 20 * MINUTE; gone += 20 * MINUTE) {
    await pass(20 * MINUTE);
    expect(sessions.find(busy)).not.toBeNull();
  }
  await pass(20 * MINUTE);
  expect(sessions.find(busy)).toBeNull();
});

test("it ends with the credential it was opened with, whoever carries another of that name", () => {
  const { sessions, people } = someSessions();
  const cookie = sessions.open("tokenA")?.cookie ?? "";
  people.delete("tokenA");
  people.set("tokenB", { name: "alice", role: "operator" });
  expect(sessions.find(cookie)).toBeNull();
});

test("another role is another cookie, and the old one opens nothing", () => {
  const { sessions, people } = someSessions();
  const old = sessions.open("tokenA")?.cookie ?? "";
  people.set("tokenA", { name: "alice", role: "viewer" });
  const found = sessions.find(old);
  expect(found?.who.role).toBe("viewer");
  expect(found?.cookie).not.toBe(old);
  expect([sessions.find(old), sessions.find(found?.cookie ?? "")?.who.role]).toEqual([null, "viewer"]);
  expect(sessions.isCsrfOf(found?.cookie ?? "", sessions.csrfOf(old))).toBe(false);
});

const VALUE = "v".repeat(43);
test.each([
  ["none", undefined, false, null],
  ["ours", `a=b; propbot_session=${VALUE}`, false, VALUE],
  ["two of them", `propbot_session=${VALUE}; propbot_session=${"w".repeat(43)}`, false, null],
  ["one that no TLS protects, where there is TLS", `propbot_session=${VALUE}`, true, null],
  ["the protected one", `__Host-propbot_session=${VALUE}`, true, VALUE],
  ["letters no cookie of ours has", "propbot_session=<script>alert(1)</script>xxxxxxxxxx", false, null],
])("in a cookie header: %s", (_name, header, secure, value) => {
  expect(sessionIn(header, secure)).toBe(value);
});
