import { describe, expect, test } from "vitest";
import { blank } from "../../../test/blank-view.ts";
import { NOW } from "../../../test/kit.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { type Instant, MINUTE, after } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import { OBJECTIVE_IDS, type ObjectiveId, type SloReading } from "./objective.ts";
import { FrameGaps } from "./samples/frame-gaps.ts";
import { HedgeSamples } from "./samples/hedge-samples.ts";
import type { KeptObjectives } from "./slo-memory.ts";
import { SloRoom } from "./slo-room.ts";

const LIMIT = 0.05;
const limits = Object.fromEntries(OBJECTIVE_IDS.map((id) => [id, LIMIT])) as Record<ObjectiveId, number>;

/** A room over orders of which so many are refused, and a clock that stands where it is put. */
function room(kept: KeptObjectives = {}, at: Instant = NOW) {
  const world = { now: at, orders: 100, refused: 0 };
  const holds: (string | null)[] = [];
  const files: KeptObjectives[] = [];
  const gaps = new FrameGaps();
  const slo = new SloRoom({
    clock: { now: () => world.now } as Clock,
    thresholds: { limits, holdMinutes: 5 },
    gaps: new Map([[BINANCE_UM, gaps]]),
    samples: new HedgeSamples(),
    kept,
    keep: (file) => void files.push(file),
    report: (source, says) => void (source === "reject_rate" && holds.push(says)),
  });
  const view = { ...blank, refusals: () => ({ ...blank.refusals(), orders: world.orders, refused: world.refused }) };
  const look = (ms: number): SloReading | undefined => {
    world.now = after(world.now, ms);
    slo.look(view);
    return slo.standing().readings.find(({ id }) => id === "reject_rate");
  };
  const standing = (id: ObjectiveId): number | null =>
    slo.standing().readings.find((reading) => reading.id === id)?.value ?? null;
  return { world, look, holds, files, gaps, standing };
}

describe("an objective", () => {
  test("is missed from the moment it was, holds after its minutes, and no longer once it is kept", () => {
    const { world, look, holds } = room();
    expect(look(1_000)).toMatchObject({ value: 0, breachedSince: null, holding: false, burn: null });
    world.refused = 6;
    const since = after(world.now, 1_000);
    expect(look(1_000)).toMatchObject({ value: 0.06, breachedSince: since, holding: false });
    expect(look(5 * MINUTE - 1)).toMatchObject({ breachedSince: since, holding: false });
    expect(look(1)).toMatchObject({ breachedSince: since, holding: true });
    expect(holds.at(-1)).toMatch(/^orders refused is 0\.06 ratio, at most 0\.05 is promised; it was missed for 5 min$/);
    world.refused = 5;
    expect(look(1_000)).toMatchObject({ value: LIMIT, breachedSince: null, holding: false });
    expect(holds.at(-1)).toBeNull();
  });

  test("that cannot be measured is as it was, and counts neither for nor against", () => {
    const { world, look } = room();
    world.refused = 50;
    look(1_000);
    const missed = look(1_000);
    world.orders = 3;
    expect(look(MINUTE)).toMatchObject({ value: null, breachedSince: missed?.breachedSince, burn: missed?.burn });
  });

  test("that was missed when the process ended is missed since then, and holds at the first look", () => {
    const before = room();
    before.world.refused = 50;
    before.look(1_000);
    before.look(4 * MINUTE);
    const kept = before.files.at(-1) ?? {};
    const again = room(kept, after(before.world.now, 2 * MINUTE));
    again.world.refused = 50;
    expect(again.look(0)).toMatchObject({ breachedSince: after(NOW, 1_000), holding: true });
    again.world.refused = 0;
    expect(again.look(1_000)).toMatchObject({ breachedSince: null, errorBudget: expect.any(Number) });
  });

  test("is written down when a breach begins and ends, and once a minute", () => {
    const { world, look, files } = room();
    look(1_000);
    expect(files).toHaveLength(1);
    look(1_000);
    expect(files).toHaveLength(1);
    world.refused = 50;
    look(1_000);
    expect(files).toHaveLength(2);
    world.refused = 0;
    look(1_000);
    expect(files).toHaveLength(3);
    look(MINUTE);
    expect(files).toHaveLength(4);
  });
});

test("the gap of the market is the worst silence of a second, by the share of seconds that had it", () => {
  const { world, look, gaps, standing } = room();
  gaps.note(world.now);
  // A frame every 100 ms, but for one second in fifty; the one after it begins with the end of that silence.
  for (let second = 0; second < 100; second += 1) {
    for (let frame = 1; frame <= 10 && second % 50 !== 7; frame += 1) gaps.note(after(world.now, frame * 100));
    look(1_000);
  }
  expect(standing("ws_gap_ms_p95")).toBe(100);
  // Silent on for some seconds, and more than one in twenty has had it.
  for (let second = 0; second < 3; second += 1) look(1_000);
  expect(standing("ws_gap_ms_p95")).toBeGreaterThanOrEqual(1_000);
});
