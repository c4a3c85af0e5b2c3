import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ThreadedLedger } from "#adapters/storage/threaded-ledger.ts";
import { type Stage, stage } from "./stage.ts";

const PATHS = ["/healthz", "/health", "/livez"] as const;
const answers = async ({ ask }: Stage): Promise<readonly unknown[]> =>
  Promise.all(PATHS.map(async (path) => (await ask("GET", path)).status));

describe("alive", () => {
  test("is what it is while everything works", async () => {
    const on = await stage();
    expect(await answers(on)).toEqual([200, 200, 200]);
  });

  test("is no more when a flush of the journal does not come back", async () => {
    let stuck = false;
    const on = await stage({ flush: () => (stuck ? new Promise(() => undefined) : Promise.resolve()) });
    stuck = true;
    on.engine.rooms.journal.try();
    await on.pass(14_000);
    expect(await answers(on)).toEqual([200, 200, 200]);
    await on.pass(2_000);
    expect(await answers(on)).toEqual([503, 503, 503]);
    const { body, headers } = await on.ask("GET", "/healthz");
    expect([headers["content-type"], body.code, body.detail]).toEqual([
      expect.stringMatching(/problem\+json/),
      "not_alive",
      "the journal has been flushing for 16 s",
    ]);
  });

  test("is no more when the ledger is gone", async () => {
    const on = await stage();
    Object.assign(on.ledger, { gone: () => "the ledger's thread has ended" });
    const { status, body } = await on.ask("GET", "/healthz");
    expect([status, body.detail]).toEqual([503, "the ledger is gone: the ledger's thread has ended"]);
  });

  test("is no more when our own timers come late, and is again once they do not", async () => {
    let behind = 0;
    const on = await stage();
    const { clock } = on;
    const honest = clock.monotonic.bind(clock);
    clock.monotonic = () => honest() + behind;
    behind = 4_000;
    await on.pass(300);
    const { status, body } = await on.ask("GET", "/livez");
    expect([status, body.detail]).toEqual([503, expect.stringMatching(/timers came more than .* late/)]);
    await on.pass(12_000);
    expect((await on.ask("GET", "/livez")).status).toBe(200);
  });
});

test("a ledger whose thread has died says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "propbot-ledger-"));
  try {
    const ledger = await ThreadedLedger.open(join(folder, "ledger.db"), () => undefined);
    expect(ledger.gone()).toBeNull();
    await ledger.close();
    await expect.poll(() => ledger.gone()).toBe("the ledger's thread has ended");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
