import { isIP } from "node:net";
import type { Variable } from "./variable.ts";

type Meta = Pick<Variable<never>, "name" | "group" | "preset" | "says">;

const HOST = /^(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?)(:\d{1,5})?$/i;

/** Names of hosts, each with a port or without: no scheme, no path, no asterisk. */
export function hostNames(meta: Meta): Variable<readonly string[]> {
  return list(meta, (part) => HOST.test(part), "names like bot.example.net or bot.example.net:8443");
}

/** Addresses, and ranges of them. */
export function networks(meta: Meta): Variable<readonly string[]> {
  return list(meta, isNetwork, "addresses like 10.0.0.7 or ranges like 10.0.0.0/8");
}

function isNetwork(part: string): boolean {
  const [address = "", bits, ...more] = part.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 6 ? 128 : 32))
  );
}

function list(meta: Meta, fits: (part: string) => boolean, kind: string): Variable<readonly string[]> {
  const read = (text: string): ReturnType<Variable<readonly string[]>["read"]> => {
    const parts = text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    const wrong = parts.filter((part) => !fits(part));
    if (wrong.length === 0) return { value: parts };
    return {
      problem: `must be ${kind}, separated by commas, not ${wrong.map((part) => JSON.stringify(part)).join(", ")}`,
    };
  };
  return { ...meta, secret: false, read };
}
