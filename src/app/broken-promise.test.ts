import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { assert } from "#domain/assert.ts";
import { endOnBrokenPromise } from "./broken-promise.ts";

function scene(hold: (says: string) => void) {
  const done: string[] = [];
  const process = new EventEmitter();
  const listening = endOnBrokenPromise(process, {
    hold: (says) => {
      done.push(`hold ${says}`);
      hold(says);
    },
    say: (line) => done.push(line.split("\n")[0] ?? ""),
    exit: () => done.push("exit"),
  });
  const throws = (says: string): void => {
    try {
      assert(false, says);
    } catch (error) {
      process.emit("uncaughtException", error);
    }
  };
  return { done, throws, process, listening };
}

test("HOLD first, then the word, then the end", () => {
  const { done, throws } = scene(() => undefined);
  throws("two and two");
  expect(done).toEqual(["hold two and two", "propbot failed: BrokenPromiseError: two and two", "exit"]);
});

test("it is said and it ends, also when not even HOLD can be kept", () => {
  const { done, throws } = scene(() => {
    throw new Error("no disk");
  });
  expect(() => throws("two and two")).toThrow("no disk");
  expect(done.slice(1)).toEqual(["propbot failed: BrokenPromiseError: two and two", "exit"]);
});

test("after a stop nobody listens", () => {
  const { process, listening } = scene(() => undefined);
  listening.close();
  expect(process.listenerCount("uncaughtException")).toBe(0);
});
