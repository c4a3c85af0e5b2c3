import { describe, expect, test } from "vitest";
import { Credentials, needsCredential } from "./auth.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

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
    expect(new Credentials(true, TOKEN).admits(header)).toBe(admitted);
  });

  test("is asked of nobody when auth is off, and then nobody matches by having none", () => {
    const off = new Credentials(false, TOKEN);
    expect([off.admits(undefined), off.matches(""), off.matches(TOKEN)]).toEqual([true, false, true]);
  });

  test("that is not configured matches nothing, the empty one least of all", () => {
    const none = new Credentials(true, "");
    expect([none.matches(""), none.matches("x"), none.admits("Bearer x"), none.admits("Bearer ")]).toEqual([
      false,
      false,
      false,
      false,
    ]);
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
    ["GET", "/metrics", true],
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
