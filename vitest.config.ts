import { defineConfig } from "vitest/config";

/** On a clock of their own, without a socket or a process: two at a time disturb nobody. */
const ALONE = [
  "src/**/*.test.ts",
  "test/*.test.ts",
  "test/property/**/*.test.ts",
  "test/differential/**/*.test.ts",
  "test/model/**/*.test.ts",
  "test/contract/*.test.ts",
];
/** They listen, and measure time by the wall. */
const LISTENING = ["test/contract/{door,fuzz,stream}.test.ts"];
const NEVER = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests that run beside each other wait for their venues most of the time.
    maxConcurrency: 12,
    projects: [
      {
        extends: true,
        test: {
          name: "alone",
          include: ALONE,
          exclude: [...NEVER, ...LISTENING],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: [
            ...NEVER,
            ...ALONE.filter((pattern) => !pattern.startsWith("test/contract/")),
            "test/contract/!(door|fuzz|stream).test.ts",
          ],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
