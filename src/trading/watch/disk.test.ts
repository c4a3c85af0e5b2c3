import { expect, test } from "vitest";
import { seen, someFacts } from "../../../test/facts.ts";
import { disk } from "./disk.ts";

const MEBIBYTE = 1_048_576;

test.each([
  [0, 0, null, ["journal OK 0 entries", "ledger OK 0 entries", "room UNKNOWN null"]],
  [1, 0, 5_000, ["journal HOLD 1 entries", "ledger OK 0 entries", "room OK 5000 MiB"]],
  [0, 3, 1_023, ["journal OK 0 entries", "ledger HOLD 3 entries", "room WARN 1023 MiB"]],
  [0, 0, 200, ["journal OK 0 entries", "ledger OK 0 entries", "room WARN 200 MiB"]],
  [0, 0, 199.5, ["journal OK 0 entries", "ledger OK 0 entries", "room HOLD 199 MiB"]],
])("%i of the journal and %i of the ledger waiting, %s MiB left: %j", (journal, ledger, free, expected) => {
  const freeBytes = (): number | null => (free === null ? null : free * MEBIBYTE);
  expect(seen(disk, someFacts({ unwritten: () => ({ journal, ledger }), freeBytes }))).toEqual(expected);
});
