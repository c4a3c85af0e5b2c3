import { describe, expect, test } from "vitest";
import type { Operator } from "#domain/operator.ts";
import { aClock } from "../../../test/kit.ts";
import { Sessions } from "./sessions.ts";
import { Doorkeeper, mayAsk, needsCredential } from "./auth.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

/** A door in front of operators among whom one carries this token. */
function doorOf(enabled: boolean, known: string): Doorkeeper {
  const alice: Operator = { name: "alice", role: "operator" };
  const operators = {
    identify: (token: string) => (token === known ? alice : null),
    holder: () => null,
    all: () => [alice],
  };
  return new Doorkeeper(enabled, operators, new Sessions(aClock(), operators, () => "a".repeat(43)));
}

describe("a credential", () => {
  test.each([
    { header: `Bearer ${TOKEN}`, admitted: true },
    { header: `bearer ${TOKEN}`, admitted: true },
    { header: `Bearer ${TOKEN.slice(1)}`, admitted: false },
    { header: `Bearer ${TOKEN}${TOKEN}`, admitted: false },
    { header: `Bearer  ${TOKEN}`, admitted: false },
    { header: `Bearer ${TOKEN}, Bearer ${TOKEN}`, admitted: false },
    { header: `Basic ${TOKEN}`, admitted: false },
    { header: `Bearer ${"x".repeat(513)}`, admitted: false },
    { header: "Bearer ", admitted: false },
    { header: "", admitted: false },
    { header: undefined, admitted: false },
  ])("$header: $admitted", ({ header, admitted }) => {
    expect(doorOf(true, TOKEN).ofHeader(header) !== null).toBe(admitted);
  });

  test("is asked of nobody when auth is off: whoever sits here is the local operator", () => {
    const off = doorOf(false, TOKEN);
    expect([off.ofHeader(undefined)?.name, off.ofToken("")]).toEqual(["local", null]);
  });

  test("a viewer reads, confirms nothing without a credential of its own, and acts nowhere", () => {
    const viewer: Operator = { name: "vera", role: "viewer" };
    expect([
      mayAsk(viewer, "GET", "/api/ui/pnl"),
      mayAsk(viewer, "POST", "/api/ui/hold"),
      mayAsk(viewer, "PATCH", "/api/ui/control"),
      mayAsk({ ...viewer, role: "operator" }, "POST", "/api/ui/hold"),
    ]).toEqual([true, false, false, true]);
  });
});

describe("a path needs a credential", () => {
  test.each([
    ["GET", "/", false],
    ["HEAD", "/healthz", false],
    ["GET", "/docs/static/index.html", false],
    ["GET", "/api/ui/status/overview", false],
    ["GET", "/api/arb/opportunity", false],
    ["POST", "/api/arb/confirm", false],
    ["POST", "/api/ui/session", false],
    ["GET", "/api/ui/session", true],
    ["DELETE", "/api/ui/session", true],
    ["POST", "/healthz", true],
    ["GET", "/metrics", false],
    ["GET", "/api/arb/opportunities", true],
    ["GET", "/api/arb/opportunity/x", true],
    ["GET", "/api/ui/statusx", true],
    ["POST", "/api/ui/status/overview", true],
    ["GET", "/healthz/../api/ui/pnl", true],
    ["GET", "/HEALTHZ", true],
    ["POST", "/api/arb/execute", true],
    ["DELETE", "/anything", true],
  ])("%s %s: %s", (method, path, needed) => {
    expect(needsCredential(method, path)).toBe(needed);
  });
});
