import type { z } from "zod";
import type { reconFinding, reconHistory, reconRun, reconStatus } from "#contract/recon.ts";
import { symbolOf } from "#domain/ids.ts";
import { isoTime } from "#domain/time.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { Finding, Run } from "#trading/reconcile/finding.ts";

/** Whether the venues say what our books say, for people. */
export class ReconDesk {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  status(): z.infer<typeof reconStatus> {
    const { reconciler, rooms } = this.#engine;
    const findings = reconciler.findings.standing();
    const runs = rooms.world.venues.flatMap(({ id }) => reconciler.findings.lastRun(id) ?? []);
    const whole = runs.length === rooms.world.venues.length && runs.every(({ says }) => says === null);
    return {
      verdict: findings.length > 0 ? "mismatch" : whole ? "clean" : "unknown",
      findings: findings.map(findingWords),
      runs: runs.map(runWords),
    };
  }

  history(limit: number): z.infer<typeof reconHistory> {
    return { runs: this.#engine.reconciler.findings.runs().slice(0, limit).map(runWords) };
  }

  async run(): Promise<z.infer<typeof reconStatus>> {
    await this.#engine.reconciler.runAll();
    return this.status();
  }
}

function findingWords({
  id,
  venue,
  kind,
  instrument,
  order,
  ours,
  theirs,
  since,
  says,
}: Finding): z.infer<typeof reconFinding> {
  const symbol = instrument === null ? null : symbolOf(instrument);
  return { id, venue, kind, symbol, order, ours, theirs, since: isoTime(since), detail: says };
}

function runWords({ at, venue, tookMs, compared, findings, says }: Run): z.infer<typeof reconRun> {
  return {
    at: isoTime(at),
    venue,
    took_ms: tookMs,
    compared: { ...compared },
    findings: findings.map(findingWords),
    detail: says,
  };
}
