import { expect, test } from "vitest";
import { stampsBetween } from "./funding.ts";
import { HOUR, instantAt } from "./time.ts";

const at = (hours: number): ReturnType<typeof instantAt> => instantAt(hours * HOUR);

test.each([
  { next: 8, every: 8, from: 0, to: 7.99, stamps: 0, when: "before the first" },
  { next: 8, every: 8, from: 0, to: 8, stamps: 1, when: "up to and with it" },
  { next: 8, every: 8, from: 8, to: 16, stamps: 1, when: "after it, up to the second" },
  { next: 8, every: 8, from: 8, to: 15.99, stamps: 0, when: "between two" },
  { next: 8, every: 8, from: 0, to: 24, stamps: 3, when: "three of them" },
  { next: 4, every: 4, from: 0, to: 8, stamps: 2, when: "twice as often" },
  { next: 1, every: 1, from: 0.5, to: 8.5, stamps: 8, when: "every hour" },
  { next: 8, every: 8, from: 20, to: 41, stamps: 3, when: "long after the one we know of" },
  { next: 8, every: 0, from: 0, to: 9, stamps: 1, when: "with no interval known, the next one counts" },
  { next: 8, every: 0, from: 8, to: 99, stamps: 0, when: "with no interval known, none follows" },
  { next: 8, every: 8, from: 9, to: 9, stamps: 0, when: "in no time at all" },
  { next: 8, every: 8, from: 10, to: 9, stamps: 0, when: "backwards" },
])("$stamps from $from h to $to h, due at $next h and every $every h: $when", ({ next, every, from, to, stamps }) => {
  expect(stampsBetween({ nextAt: at(next), intervalMs: every * HOUR }, at(from), at(to))).toBe(stamps);
});
