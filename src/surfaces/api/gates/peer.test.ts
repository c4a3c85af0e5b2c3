import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { type Peer, Peers, networkOf } from "./peer.ts";

const peerOf = (remoteAddress: string, headers: Record<string, string>, proxies: readonly string[] = []): Peer =>
  new Peers(proxies).of({ socket: { remoteAddress }, headers } as unknown as IncomingMessage);
const FORWARDED = { host: "inner", "x-forwarded-for": "1.1.1.1, 203.0.113.9", "x-forwarded-proto": "https" };

describe("where a request comes from", () => {
  test.each([
    ["nobody is believed by default", "10.0.0.1", [], "10.0.0.1"],
    ["a proxy of ours is, for the last hop it saw", "10.0.0.1", ["10.0.0.1"], "203.0.113.9"],
    ["and a range of them", "10.9.8.7", ["10.0.0.0/8"], "203.0.113.9"],
    ["hops of ours are gone past", "10.0.0.1", ["10.0.0.1", "203.0.113.0/24"], "1.1.1.1"],
    ["wrapped into IPv6 it is the same", "::ffff:10.0.0.1", ["10.0.0.1"], "203.0.113.9"],
    ["a range of IPv6", "fd00::5", ["fd00::/8"], "203.0.113.9"],
  ])("%s", (_name, from, proxies, address) => {
    expect(peerOf(from, FORWARDED, proxies).address).toBe(address);
  });

  test("TLS and the name asked for are a proxy's to say, and only one of ours may", () => {
    const headers = { ...FORWARDED, "x-forwarded-host": "bot.example" };
    expect(peerOf("10.0.0.1", headers)).toMatchObject({ host: "inner", secure: false, pretends: true });
    expect(peerOf("10.0.0.1", headers, ["10.0.0.1"])).toMatchObject({
      host: "bot.example",
      secure: true,
      pretends: false,
    });
    expect(peerOf("10.0.0.1", { host: "inner", forwarded: "host=x" }).pretends).toBe(true);
  });
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
