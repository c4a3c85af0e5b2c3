import { existsSync, readFileSync } from "node:fs";
import type { Clock, Timer } from "#ports/clock.ts";
import type { DocsHealth } from "#trading/status/outside.ts";
import { probes } from "#trading/status/probes.ts";

const EVERY_MS = 3_600_000;
const HANDBOOK = new URL("../../../docs/reference/components.md", import.meta.url);

/** Looks at the start and every hour whether what the components point to is there: routes, and a section of the handbook each. */
export class DocsWatch {
  readonly #clock: Clock;
  readonly #routes: () => readonly string[];
  #timer: Timer | null = null;
  #health: DocsHealth | null = null;

  /** @param routes paths that the API answers */
  constructor(clock: Clock, routes: () => readonly string[]) {
    this.#clock = clock;
    this.#routes = routes;
  }

  begin(): void {
    this.#health = this.#look();
    this.#timer = this.#clock.every(EVERY_MS, () => (this.#health = this.#look()));
  }

  close(): void {
    this.#timer?.stop();
  }

  health(): DocsHealth | null {
    return this.#health;
  }

  #look(): DocsHealth {
    const routes = new Set(this.#routes());
    const handbook = existsSync(HANDBOOK) ? readFileSync(HANDBOOK, "utf8") : "";
    const links = new Set(probes.flatMap((probe) => probe.links));
    const deadLinks = [...links].filter((link) => !routes.has(link));
    const untold = probes.filter(({ id }) => !handbook.includes(`\n## ${id}\n`));
    const dead = [...deadLinks, ...untold.map(({ id }) => `docs/reference/components.md#${id}`)];
    return { at: this.#clock.now(), links: links.size + probes.length, dead };
  }
}
