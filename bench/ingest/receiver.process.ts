import { inWords } from "../decode/market.ts";
import { obey, role } from "../harness/obey.ts";
import type { Brief, Open, Receiver } from "./receiver.ts";

/** One variant in a process of its own: what it does not use is not loaded. */

const roads: Readonly<Record<string, () => Promise<Open>>> = {
  ours: async () => (await import("./ours.ts")).openOurs,
  limit: async () => (await import("./limit.ts")).openLimit,
  "ws+JSON": async () => (await import("./plain.ts")).openPlain,
  sdk: async () => (await import("./sdk.ts")).openSdk,
  ccxt: async () => (await import("./ccxt.ts")).openCcxt,
};

/** Loopback is quick; whoever has not heard the last frame by then has lost it. */
const LOST_AFTER_MS = 60_000;

const open = await roads[role()]?.();
let receiver: Receiver | null = null;

/** Microseconds of this process's own time from here to the last frame. */
async function hear(): Promise<{ micros: number; heard: number; state: string }> {
  if (receiver === null) throw new Error("not connected");
  const before = process.cpuUsage();
  const lost = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error("the last frame never came")), LOST_AFTER_MS).unref();
  });
  const heard = await Promise.race([receiver.finished, lost]);
  const { user, system } = process.cpuUsage(before);
  const state = inWords(receiver.state());
  receiver.close();
  return { micros: user + system, heard, state };
}

obey({
  connect: async (brief: Brief) => {
    receiver = (await open?.(brief)) ?? null;
  },
  hear,
});
