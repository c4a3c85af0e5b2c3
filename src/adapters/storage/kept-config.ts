import { existsSync, readFileSync, rmSync } from "node:fs";
import type { ConfigFile } from "#ports/config-file.ts";
import { replaceFile } from "./replace-file.ts";

/** `config.yaml`, with the version before it as `config.yaml.previous`. */
export class KeptConfig implements ConfigFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  text(): string | null {
    return existsSync(this.#path) ? readFileSync(this.#path, "utf8") : null;
  }

  replace(text: string | null): string | null {
    try {
      const before = this.text();
      if (before !== null) replaceFile(`${this.#path}.previous`, before);
      if (text === null) rmSync(this.#path, { force: true });
      else replaceFile(this.#path, text);
      return null;
    } catch (error) {
      return `${this.#path} could not be written: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}
