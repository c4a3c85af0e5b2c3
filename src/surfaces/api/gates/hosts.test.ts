import { expect, test } from "vitest";
import { Hosts } from "./hosts.ts";

const hosts = new Hosts("192.0.2.5", ["bot.example", "other.example:8443"]);

test.each([
  ["127.0.0.1:8000", true],
  ["localhost", true],
  ["LOCALHOST:1", true],
  ["[::1]:8000", true],
  ["192.0.2.5:8000", true],
  ["bot.example", true],
  ["bot.example:9", true],
  ["other.example:8443", true],
  ["other.example", false],
  ["evil.example", false],
  ["localhost.evil.example", false],
  ["evil.example:8000@127.0.0.1", false],
  ["127.0.0.1.evil.example", false],
  ["192.0.2.6", false],
  ["", false],
  ["localhost:", false],
])("%s: %s", (host, known) => {
  expect(hosts.knows(host)).toBe(known);
});

test("an IPv6 address to listen on is a name in brackets", () => {
  expect(new Hosts("2001:db8::5", []).knows("[2001:db8::5]:8000")).toBe(true);
});

test("an address to listen on everywhere is no name of ours", () => {
  expect([new Hosts("0.0.0.0", []).knows("0.0.0.0:8000"), new Hosts("::", []).knows("[::]:8000")]).toEqual([
    false,
    false,
  ]);
});
