import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Who is at the other end, as far as the connection and the proxies we trust can tell. */
export interface Peer {
  readonly address: string;
  /** The name that was asked for: the proxy's word when it is one of ours. */
  readonly host: string | null;
  /** The browser speaks TLS, with a proxy of ours. */
  readonly secure: boolean;
  /** It says things only a proxy of ours may say. */
  readonly pretends: boolean;
}

/** Tells proxies of ours from everybody else. */
export class Peers {
  readonly #trusted = new BlockList();
  #last: { readonly address: string; readonly trusted: boolean } | null = null;

  /** @param proxies addresses, or ranges like 10.0.0.0/8, that were found to be such */
  constructor(proxies: readonly string[]) {
    for (const proxy of proxies) {
      const [address = "", bits] = proxy.split("/");
      const family = isIP(address) === 6 ? "ipv6" : "ipv4";
      if (bits === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(bits), family);
    }
  }

  of({ socket, headers }: IncomingMessage): Peer {
    const direct = plain(socket.remoteAddress ?? "");
    const own = headers.host ?? null;
    const forwardedHost = headers["x-forwarded-host"];
    if (!this.trusts(direct)) {
      const pretends = forwardedHost !== undefined || headers.forwarded !== undefined;
      return { address: direct, host: own, secure: false, pretends };
    }
    const host = typeof forwardedHost === "string" ? forwardedHost.trim() : own;
    const secure = headers["x-forwarded-proto"] === "https";
    return { address: this.#behind(direct, headers["x-forwarded-for"]), host, secure, pretends: false };
  }

  trusts(address: string): boolean {
    // Nearly every request comes from where the one before came from, and asking the list costs more than all else here.
    if (this.#last?.address !== address) this.#last = { address, trusted: this.#finds(address) };
    return this.#last.trusted;
  }

  #finds(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#trusted.check(address, family === 6 ? "ipv6" : "ipv4");
  }

  /** The last of the chain that is no proxy of ours: what stands before it anybody may have written. */
  #behind(direct: string, chain: string | string[] | undefined): string {
    const hops = String(chain ?? "")
      .split(",")
      .map((hop) => plain(hop.trim()))
      .filter((hop) => isIP(hop) !== 0);
    return hops.toReversed().find((hop) => !this.trusts(hop)) ?? hops[0] ?? direct;
  }
}

/** An IPv4 address as such, also where the system wraps it into an IPv6 one. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");

/** Whose limit an address counts against: who has one IPv6 address has a whole network of them. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail = ""] = address.split("::");
  const before = head.split(":").filter((part) => part !== "");
  const after = tail.split(":").filter((part) => part !== "");
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  const groups = address.includes("::") ? [...before, ...zeros, ...after] : before;
  return `${groups.slice(0, 4).join(":")}::/64`;
}
