import { describe, expect, test } from "vitest";
import { NOW } from "../../../test/kit.ts";
import { after } from "#domain/time.ts";
import { VirtualClock } from "./virtual-clock.ts";

describe("a clock one turns by hand", () => {
  test("runs what is due in the order of time, and of asking at the same time", async () => {
    const clock = new VirtualClock(NOW);
    const ran: string[] = [];
    clock.after(20, () => ran.push("late"));
    clock.after(10, () => ran.push("first"));
    clock.after(10, () => ran.push("second"));
    clock.after(-5, () => ran.push("at once"));
    await clock.runUntil(after(NOW, 19));
    expect([ran, clock.now(), clock.monotonic(), clock.nextDue()]).toEqual([
      ["at once", "first", "second"],
      NOW + 19,
      19,
      NOW + 20,
    ]);
  });

  test("lets promises settle between two things", async () => {
    const clock = new VirtualClock(NOW);
    const seen: string[] = [];
    void clock
      .sleep(10)
      .then(() => clock.sleep(5))
      .then(() => seen.push(`slept until ${clock.monotonic()}`));
    clock.after(15, () => seen.push("after"));
    await clock.runUntil(after(NOW, 30));
    expect(seen).toEqual(["after", "slept until 15"]);
  });

  test("stands still between two turns", async () => {
    const clock = new VirtualClock(NOW);
    await Promise.resolve();
    expect(clock.now()).toBe(NOW);
    clock.jumpTo(after(NOW, -10));
    expect(clock.now()).toBe(NOW);
  });

  test("ticks until it is stopped, even by its own tick", async () => {
    const clock = new VirtualClock(NOW);
    const ticks: number[] = [];
    const timer = clock.every(10, () => {
      ticks.push(clock.monotonic());
      if (ticks.length === 3) timer.stop();
    });
    await clock.runUntil(after(NOW, 100));
    expect([ticks, clock.nextDue()]).toEqual([[10, 20, 30], null]);
  });

  test("forgets what was stopped, and wakes a sleeper whose signal aborts", async () => {
    const clock = new VirtualClock(NOW);
    const stop = new AbortController();
    let woken = false;
    clock.after(5, () => expect.unreachable()).stop();
    const sleeping = clock.sleep(1_000, stop.signal).then(() => {
      woken = true;
    });
    stop.abort();
    await sleeping;
    expect([woken, clock.nextDue(), clock.step()]).toEqual([true, null, false]);
  });
});
