import { describe, expect, test } from "vitest";
import type { Operator } from "#domain/operator.ts";
import { Doorkeeper, mayAsk, needsCredential } from "./auth.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

/** Operators among whom one carries this token. */
const knowing = (known: string) => ({
  identify: (token: string): Operator | null => (token === known ? { name: "alice", role: "operator" } : null),
  all: (): Operator[] => [{ name: "alice", role: "operator" }],
});

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
    expect(new Doorkeeper(true, knowing(TOKEN)).ofHeader(header) !== null).toBe(admitted);
  });

  test("is asked of nobody when auth is off: whoever sits here is the local operator", () => {
    const off = new Doorkeeper(false, knowing(TOKEN));
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
