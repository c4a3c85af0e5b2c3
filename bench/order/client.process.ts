import { setTimeout as sleep } from "node:timers/promises";
import { Stopwatch } from "./stopwatch.ts";
import type { ClientPlan, ClientResult } from "./words.ts";

/* One client in a process of its own: it is told where the venues are, trades until it has enough, and says what it took. */

const PATIENCE_MS = 60_000;

// Before anything else opens a socket.
const watch = new Stopwatch();
const plan = await new Promise<ClientPlan>((told) => process.once("message", (message) => told(message as ClientPlan)));

const client = await start();
watch.arm();
process.send?.({ ready: true });
const wanted = plan.warmUp + plan.hedges;
for (const end = performance.now() + PATIENCE_MS; watch.samples.length < wanted && performance.now() < end;)
  await sleep(20);
const result: ClientResult = {
  samples: watch.samples.slice(plan.warmUp, wanted),
  lost: wanted - Math.min(wanted, watch.samples.length),
  journal: client.journal?.() ?? null,
  signing: null,
};
process.send?.({ result }, () => process.exit(0));

interface Client {
  journal?(): ClientResult["journal"];
}

async function start(): Promise<Client> {
  if (plan.variant.startsWith("ours")) return (await import("./ours.ts")).runOurs(plan);
  if (plan.variant.startsWith("limit")) return (await import("./limit.ts")).runLimit(plan);
  if (plan.variant.startsWith("ccxt")) return (await import("./ccxt.ts")).runCcxt(plan);
  if (plan.variant === "seed shape") return (await import("./seed-shape.ts")).runSeedShape(plan);
  return (await import("./sdk.ts")).runSdk(plan);
}
