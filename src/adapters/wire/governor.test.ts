import { expect, test } from "vitest";
import type { Instant } from "#domain/time.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { type Charge, Governor } from "./governor.ts";

const window = { counter: "weight", limit: 10, windowMs: 1_000 };
const one: readonly Charge[] = [{ ...window, cost: 1 }];

function aGovernor(): {
  clock: VirtualClock;
  governor: Governor;
  spend: (times: number, lane: "ordinary" | "reserved") => number;
} {
  const clock = new VirtualClock(0 as Instant);
  const governor = new Governor(clock);
  const spend = (times: number, lane: "ordinary" | "reserved"): number =>
    Array.from({ length: times }, () => governor.admit(one, lane).admitted).filter(Boolean).length;
  return { clock, governor, spend };
}

test("ordinary requests leave three tenths for what makes us safer", () => {
  const { spend } = aGovernor();
  expect(spend(20, "ordinary")).toBe(7);
  expect(spend(20, "reserved")).toBe(3);
});

test("the window slides", () => {
  const { clock, governor, spend } = aGovernor();
  spend(7, "ordinary");
  clock.jumpTo(400 as Instant);
  expect(governor.admit(one, "ordinary")).toEqual({
    admitted: false,
    retryAfterMs: 600,
    banned: false,
    says: "own budget weight is used up",
  });
  clock.jumpTo(1_000 as Instant);
  expect(spend(20, "ordinary")).toBe(7);
});

test("a refusal charges nothing, on no counter", () => {
  const { governor } = aGovernor();
  const both: readonly Charge[] = [
    { counter: "a", limit: 100, windowMs: 1_000, cost: 10 },
    { ...window, cost: 8 },
  ];
  expect(governor.admit(both, "ordinary").admitted).toBe(false);
  expect(governor.used()).toBe(0);
});

test("the venue's own count wins when it is higher", () => {
  const { governor, spend } = aGovernor();
  spend(2, "ordinary");
  governor.observe(window, 6);
  expect(governor.used()).toBe(0.6);
  governor.observe(window, 1);
  governor.observe(window, Number.NaN);
  expect(governor.used()).toBe(0.6);
  expect(spend(5, "ordinary")).toBe(1);
});

test("told to be quiet, only the reserved lane speaks; banned, nobody does", () => {
  const { clock, governor } = aGovernor();
  governor.silence(500, false);
  expect(governor.admit(one, "ordinary")).toMatchObject({ admitted: false, retryAfterMs: 500, banned: false });
  expect(governor.admit(one, "reserved").admitted).toBe(true);
  governor.silence(60_000, true);
  expect(governor.admit(one, "reserved")).toMatchObject({ admitted: false, retryAfterMs: 60_000, banned: true });
  expect(governor.used()).toBe(1);
  clock.jumpTo(60_000 as Instant);
  expect(governor.admit(one, "ordinary").admitted).toBe(true);
});
