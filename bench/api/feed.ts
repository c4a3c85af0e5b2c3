import { join } from "node:path";
import { Child, withChildren } from "../harness/child.ts";
import { type Flags, rounds } from "../harness/command.ts";
import { type Part, number } from "../harness/report.ts";
import { type Variant, measure, middle, ratio } from "../harness/rounds.ts";
import { median } from "../harness/statistics.ts";

const FULL_ROUNDS = 9;
const LISTENERS = 1_000;
const MESSAGES = 20;
const SERVER = join(import.meta.dirname, "feed.process.ts");
const CROWD = join(import.meta.dirname, "listeners.process.ts");

/** A message of 10 kB to a thousand listeners: what it costs who tells it, and how long nobody else has a turn. */
export function feedPart(given: Flags): Promise<Part> {
  return withChildren(SERVER, ["ours", "limit"], async (servers) => {
    const crowds: Child[] = [];
    try {
      const variants: Variant[] = [];
      const stands = new Map<string, number[]>();
      for (const [name, server] of servers) {
        const crowd = await Child.start(CROWD, name);
        crowds.push(crowd);
        await crowd.ask("open", { port: await server.ask<number>("port"), count: LISTENERS });
        let heard = "";
        variants.push({
          name,
          run: async () => {
            const micros = await server.ask<number>("broadcast", MESSAGES);
            heard = `${await crowd.ask<number>("heard")} messages heard`;
            stands.set(name, [...(stands.get(name) ?? []), await server.ask<number>("stands", 5)]);
            await crowd.ask("heard");
            return micros;
          },
          state: () => heard,
        });
      }
      const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: 2, seed: given.seed };
      const measured = await measure(variants, plan);
      const longest = (name: string): number => median((stands.get(name) ?? []).slice(-plan.rounds));
      const inWords = (name: string): string =>
        `${number(middle(measured, name) / 1_000)} ms of CPU a message, the loop stands ${number(longest(name))} ms`;
      return {
        bench: "api",
        part: "feed to 1000 clients",
        ours: inWords("ours"),
        against: [`limit ${inWords("limit")}`],
        rounds: plan.rounds,
        goals: [
          { what: "CPU vs one prepared frame", figure: 1 / ratio(measured, "limit", "ours"), atMost: 1.25 },
          { what: "ms the loop stands", figure: longest("ours"), atMost: 4 },
        ],
        noisy: measured.noise.noisy,
        fingerprint: measured.state,
        notes: [
          "the product's door, hub and listeners over loopback; the message is made text once and framed once",
          "the limit writes one frame, made beforehand, to every socket in one go",
        ],
      };
    } finally {
      await Promise.all(crowds.map((crowd) => crowd.end()));
    }
  });
}
