import type { Facts } from "../problems.ts";
import type { Peer } from "./peer.ts";

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
const ANY: ReadonlySet<string> = new Set(["0.0.0.0", "[::]"]);
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;

/** What of a request tells whom it is for. */
export interface Addressed {
  readonly raw: { readonly rawHeaders: readonly string[] };
  readonly originalUrl: string;
  readonly peer: Pick<Peer, "host" | "pretends">;
}

/**
 * Answers only to names that are ours. A page that makes its own name point to this machine comes with that name, and
 * is turned away by it.
 */
export class Hosts {
  readonly #names: ReadonlySet<string>;
  #last: string | null = null;

  /** @param allowed names, or names with a port: then that port only */
  constructor(host: string, allowed: readonly string[]) {
    const own = host.includes(":") ? `[${host}]` : host;
    // Every address is no name, and a page of somebody else's could ask for it under that.
    const listened = ANY.has(own) ? [] : [own];
    this.#names = new Set([...listened, ...allowed].map((name) => name.toLowerCase()));
  }

  knows(authority: string): boolean {
    // Nearly every request comes under the name of the one before.
    if (authority === this.#last) return true;
    const known = this.#finds(authority);
    if (known) this.#last = authority;
    return known;
  }

  #finds(authority: string): boolean {
    const match = AUTHORITY.exec(authority.toLowerCase());
    if (!match) return false;
    const [whole, name = ""] = match;
    return LOOPBACK.test(name) || this.#names.has(name) || this.#names.has(whole);
  }

  /** What is wrong with the name this request came under; null when it is ours. */
  refusal({ raw: { rawHeaders }, originalUrl: url, peer: { host, pretends } }: Addressed): Facts | null {
    if (hostsIn(rawHeaders) > 1)
      return { status: 400, code: "bad_request", detail: "there is more than one Host header" };
    if (pretends) {
      const detail = "a forwarded host is taken from TRUSTED_PROXIES only, and this peer is none of them";
      return { status: 400, code: "untrusted_forward", detail };
    }
    if (host === null) return { status: 400, code: "bad_request", detail: "there is no Host header" };
    // A whole address as the target names a host too.
    const target = url.startsWith("/") || url === "*" ? host : (URL.parse(url)?.host ?? "");
    if (this.knows(host) && this.knows(target)) return null;
    const detail = "this server does not answer to that name; add it to ALLOWED_HOSTS if it is ours";
    return { status: 421, code: "misdirected_host", detail };
  }
}

/** How many there are: of several the runtime keeps the first and says nothing. */
function hostsIn(rawHeaders: readonly string[]): number {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") found += 1;
  }
  return found;
}
