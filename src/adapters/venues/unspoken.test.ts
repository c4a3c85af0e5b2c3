import { expect, test } from "vitest";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { foreignOrderId } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { NOW } from "../../../test/kit.ts";
import { Unspoken } from "./unspoken.ts";

const ORDER = foreignOrderId("psorder");

function scene() {
  const clock = new VirtualClock(NOW);
  const said: string[] = [];
  const unspoken = new Unspoken(clock);
  return {
    unspoken,
    said,
    begin: () => unspoken.begin((says) => said.push(says)),
    pass: (ms: number) => clock.runUntil(after(clock.now(), ms)),
  };
}

test("an order that was answered and is not told of proves a stream silent, once", async () => {
  const { unspoken, said, begin, pass } = scene();
  begin();
  unspoken.owed(ORDER);
  await pass(2_990);
  expect(said).toEqual([]);
  await pass(20_000);
  expect(said).toEqual(["order psorder is not told of within 3000 ms of its answer"]);
});

test("told before or after its answer, nothing is owed", async () => {
  const { unspoken, said, begin, pass } = scene();
  begin();
  unspoken.told(ORDER);
  unspoken.owed(ORDER);
  const late = foreignOrderId("pslate");
  unspoken.owed(late);
  await pass(1_000);
  unspoken.told(late);
  await pass(20_000);
  expect(said).toEqual([]);
});

test("a stream that is not there owes nothing", async () => {
  const { unspoken, said, begin, pass } = scene();
  unspoken.owed(ORDER);
  begin();
  unspoken.owed(foreignOrderId("psother"));
  unspoken.end();
  await pass(20_000);
  expect(said).toEqual([]);
});
