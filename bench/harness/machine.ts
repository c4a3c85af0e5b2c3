import { cpus, loadavg } from "node:os";
import { spread } from "./statistics.ts";

export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly load: readonly number[];
}

export function machine(): Machine {
  const all = cpus();
  return { node: process.version, cpu: all[0]?.model.trim() ?? "unknown", cores: all.length, load: loadavg() };
}

const TURNS = 20_000_000;
/** A run whose fixed work took so differently long was not alone on its machine. */
const NOISY_SPREAD = 0.15;

/** The same integer work in every round: when it varies, so did everything else. */
export class NoiseMeter {
  readonly #took: number[] = [];

  sample(): void {
    const started = process.hrtime.bigint();
    let value = 1;
    for (let turn = 0; turn < TURNS; turn += 1) value = (Math.imul(value, 1_103_515_245) + 12_345) | 0;
    // The result must be wanted, or the loop need not be run.
    if (value === 42) process.stderr.write("");
    this.#took.push(Number(process.hrtime.bigint() - started));
  }

  get spread(): number {
    return spread(this.#took);
  }

  get noisy(): boolean {
    return this.#took.length > 1 && this.spread > NOISY_SPREAD;
  }
}
