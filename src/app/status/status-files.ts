import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "#adapters/storage/replace-file.ts";
import type { IncidentView } from "#trading/status/incidents.ts";
import { type KeptObjectives, readKept } from "#trading/status/slo-memory.ts";
import type { StatusMemory } from "#trading/engine/status-room.ts";

const OBJECTIVES = "objectives.json";
const INCIDENT = /^in[A-Za-z0-9]+\.json$/;
const MOST_READ = 500;

/** What of the status outlives the process: one file for the objectives, one for each incident. */
export class StatusFiles implements StatusMemory {
  readonly objectives: KeptObjectives;
  readonly incidents: readonly IncidentView[];
  readonly #objectivesPath: string;
  readonly #folder: string;
  readonly #failed: (says: string) => void;

  /** @param failed hears what could not be read or written: a status page must not stop what it tells of */
  constructor(dataDir: string, failed: (says: string) => void) {
    this.#objectivesPath = join(dataDir, OBJECTIVES);
    this.#folder = join(dataDir, "incidents");
    this.#failed = failed;
    if (!existsSync(this.#folder)) mkdirSync(this.#folder, { mode: 0o700 });
    this.objectives = readKept(this.#read(this.#objectivesPath));
    // Names are drawn at random: the order in which they happened stands in them.
    this.incidents = readdirSync(this.#folder)
      .filter((name) => INCIDENT.test(name))
      .flatMap((name) => this.#incident(join(this.#folder, name)))
      .toSorted((a, b) => b.openedAt - a.openedAt)
      .slice(0, MOST_READ);
  }

  keepObjectives(kept: KeptObjectives): void {
    this.#write(this.#objectivesPath, kept);
  }

  keepIncident(incident: IncidentView): void {
    this.#write(join(this.#folder, `${incident.id}.json`), incident);
  }

  #incident(path: string): readonly IncidentView[] {
    const incident = this.#read(path) as Partial<IncidentView> | null;
    if (incident === null) return [];
    const whole =
      typeof incident.id === "string" && typeof incident.openedAt === "number" && Array.isArray(incident.timeline);
    if (!whole) this.#failed(`${path} is no incident of ours: it was left as it is`);
    return whole ? [incident as IncidentView] : [];
  }

  #read(path: string): unknown {
    if (!existsSync(path)) return null;
    try {
      return JSON.parse(readFileSync(path, "utf8"));
    } catch (error) {
      this.#failed(`${path} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  #write(path: string, value: unknown): void {
    try {
      replaceFile(path, `${JSON.stringify(value)}\n`);
    } catch (error) {
      this.#failed(`${path} could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
