import { expect, test } from "vitest";
import type { Instant } from "#domain/time.ts";
import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { Handover, type LinkEvents } from "./handover.ts";

interface Made {
  readonly events: LinkEvents;
  started: boolean;
  closed: boolean;
}

function scene(lifeMs: number, seed = "handover") {
  const clock = new VirtualClock(0 as Instant);
  const made: Made[] = [];
  const said: string[] = [];
  const handover = new Handover(
    { clock, chance: new SeededChance(seed) },
    {
      lifeMs,
      make: (events) => {
        const one: Made = { events, started: false, closed: false };
        made.push(one);
        return {
          start: () => {
            one.started = true;
          },
          close: () => {
            one.closed = true;
          },
        };
      },
      retire: (link) => {
        said.push("retired");
        link.close();
      },
      up: () => said.push("up"),
      down: (says) => said.push(`down: ${says}`),
    },
  );
  handover.start();
  const link = (index: number): Made => made[index] ?? expect.fail(`no link ${index}`);
  return { clock, handover, made, said, link, pass: (ms: number) => clock.runUntil((clock.now() + ms) as Instant) };
}

test("an old link is replaced by a new one, and it was up all the time", async () => {
  const { link, made, pass, said } = scene(80_000);
  link(0).events.ready();
  await pass(69_999);
  expect(made).toHaveLength(1);
  await pass(10_001);
  expect([made.length, link(1).started, link(0).closed]).toEqual([2, true, false]);
  link(1).events.ready();
  expect(link(0).closed).toBe(true);
  expect(said).toEqual(["up", "retired"]);
  link(0).events.down("late");
  link(0).events.ready();
  expect(said).toEqual(["up", "retired"]);
});

test("one that comes back by itself is young again", async () => {
  const { link, made, pass, said } = scene(80_000);
  link(0).events.ready();
  await pass(60_000);
  link(0).events.down("accident");
  link(0).events.ready();
  await pass(60_000);
  expect(made).toHaveLength(1);
  expect(said).toEqual(["up", "down: accident", "up"]);
});

test("a replacement that fails takes nothing away from the link that stands", async () => {
  const { link, made, said } = scene(Number.POSITIVE_INFINITY);
  link(0).events.ready();
  link(0).events.closing();
  link(0).events.closing();
  link(1).events.down("refused");
  expect([made.length, said]).toEqual([2, ["up"]]);
  link(0).events.down("closed by the venue");
  link(1).events.ready();
  expect(said).toEqual(["up", "down: closed by the venue", "retired", "up"]);
});

test("no two of them end at the same moment", async () => {
  const ends = new Set<number>();
  for (let seed = 0; seed < 20; seed += 1) {
    const { clock, link, made, pass } = scene(82_800_000, `seed ${seed}`);
    link(0).events.ready();
    while (made.length < 2) await pass(10_000);
    ends.add(clock.now());
  }
  expect(ends.size).toBeGreaterThan(17);
});

test("closed for good", async () => {
  const { handover, link, made, pass } = scene(80_000);
  link(0).events.ready();
  handover.close();
  link(0).events.ready();
  await pass(200_000);
  expect([made.length, link(0).closed]).toEqual([1, true]);
});
