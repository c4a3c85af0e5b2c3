import { describe, expect, test } from "vitest";
import { LEGS, clientOrderId } from "#domain/ids.ts";
import { SeededChance, TrueChance } from "./chance.ts";

const PREFIX = { environment: "p", install: "ab12", epoch: 35 } as const;

describe("names", () => {
  test("carry where they come from and never meet", () => {
    const chance = new TrueChance(PREFIX);
    const ids = Array.from({ length: 1_000 }, () => chance.hedgeId());
    expect(ids[0]).toBe("ppab12000z0000000001");
    expect(new Set(ids).size).toBe(1_000);
    expect(new TrueChance({ ...PREFIX, epoch: 36 }).hedgeId()).not.toBe(ids[0]);
    expect(chance.opportunityId()).toMatch(/^o[a-z0-9]{4,31}$/);
  });

  test("leave room for the leg and the attempt in every venue's order name", () => {
    const id = new TrueChance({ ...PREFIX, epoch: 36 ** 4 - 1 }).hedgeId();
    for (const leg of LEGS) expect(clientOrderId(id, leg, 99).length).toBeLessThanOrEqual(32);
  });
});

describe("chance from a seed", () => {
  const draws = (chance: SeededChance): number[] => Array.from({ length: 50 }, () => chance.integer(1_000_000));

  test("is the same for the same seed and another for another", () => {
    expect(draws(new SeededChance(42))).toEqual(draws(new SeededChance("42")));
    expect(draws(new SeededChance(42))).not.toEqual(draws(new SeededChance(43)));
  });

  test("of a child is moved by no draw of anybody else", () => {
    const parent = new SeededChance("parent");
    const before = draws(parent.child("one"));
    draws(parent);
    draws(parent.child("two"));
    expect(draws(parent.child("one"))).toEqual(before);
  });

  test("stays in its bounds and is spread over them", () => {
    const chance = new SeededChance("spread");
    const counts = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const value = chance.integer(10);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    expect(counts.length).toBe(10);
    for (const count of counts) expect(count).toBeGreaterThan(850);
    const normal = Array.from({ length: 5_000 }, () => chance.normal());
    const mean = normal.reduce((total, each) => total + each, 0) / normal.length;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(normal.every(Number.isFinite)).toBe(true);
  });
});

test("tokens are lower-case letters and digits, as long as asked", () => {
  expect(new TrueChance(PREFIX).token(32)).toMatch(/^[a-z0-9]{32}$/);
});
