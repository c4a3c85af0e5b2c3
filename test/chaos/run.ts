import { Lane } from "./lane.ts";
import { chaosPoints } from "./points.ts";

export interface ChaosInput {
  /** How often each named point is aimed at. */
  readonly perPoint: number;
  /** Kills at any moment besides. */
  readonly timed: number;
  readonly lanes: number;
  readonly seed: string;
  readonly progress?: (line: string) => void;
}

export interface ChaosReport {
  readonly kills: number;
  /** Kills by the place the process stood at. */
  readonly where: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  readonly readyMs: { readonly p50: number; readonly max: number };
}

/** Kills real servers, again and again, on the same data, and judges each by what the venues received. */
export async function runChaos({ perPoint, timed, lanes, seed, progress }: ChaosInput): Promise<ChaosReport> {
  const aims = [
    ...chaosPoints.flatMap(({ name }) => Array.from({ length: perPoint }, (): string | null => name)),
    ...Array.from({ length: timed }, () => null),
  ];
  const where = new Map<string, number>();
  const violations: string[] = [];
  const ready: number[] = [];
  let killed = 0;
  const work = async (index: number): Promise<void> => {
    const lane = new Lane(`${seed}/${index}`);
    await lane.begin();
    for (let at = index; at < aims.length; at += lanes) {
      const { how, readyMs, violations: found } = await lane.live(aims[at] ?? null);
      killed += 1;
      ready.push(readyMs);
      where.set(how, (where.get(how) ?? 0) + 1);
      violations.push(...found.map((says) => `kill ${at} aimed at ${aims[at] ?? "any moment"}: ${says}`));
      progress?.(`${killed} of ${aims.length}  ${how}${found.length > 0 ? `  ${found.join("; ")}` : ""}`);
    }
    violations.push(...(await lane.end()).map((says) => `the end of lane ${index}: ${says}`));
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => work(index)));
  const sorted = ready.toSorted((a, b) => a - b);
  return {
    kills: killed,
    where: Object.fromEntries([...where].toSorted()),
    violations,
    readyMs: { p50: Math.round(sorted[sorted.length >> 1] ?? 0), max: Math.round(sorted.at(-1) ?? 0) },
  };
}
