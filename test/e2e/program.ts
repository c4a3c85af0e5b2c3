import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** `propbot`, as a process of its own: what it said, and how it ended. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  #out = "";
  #err = "";
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}, cwd = emptyFolder()) {
    this.#child = spawn(process.execPath, [join(ROOT, "src/app/main.ts"), ...args], {
      // A folder without a `.env`: the tests must not read somebody's own.
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (chunk) => this.#heard(() => (this.#out += String(chunk))));
    this.#child.stderr?.on("data", (chunk) => this.#heard(() => (this.#err += String(chunk))));
    this.#ended = new Promise((done) => {
      this.#child.on("close", (code, signal) => {
        this.#heard(() => undefined);
        done(code ?? (signal === "SIGKILL" ? 137 : 1));
      });
    });
  }

  get out(): string {
    return this.#out;
  }

  get err(): string {
    return this.#err;
  }

  /** The first match of a pattern in what it prints, as soon as it is there. */
  says(pattern: RegExp, withinMs = 30_000): Promise<RegExpExecArray> {
    return this.#finds(() => this.#out, pattern, withinMs);
  }

  /** The same, on its standard error. */
  complains(pattern: RegExp, withinMs = 30_000): Promise<RegExpExecArray> {
    return this.#finds(() => this.#err, pattern, withinMs);
  }

  async #finds(text: () => string, pattern: RegExp, withinMs: number): Promise<RegExpExecArray> {
    const deadline = AbortSignal.timeout(withinMs);
    for (;;) {
      const match = pattern.exec(text());
      if (match) return match;
      if (deadline.aborted || this.#child.exitCode !== null) {
        throw new Error(`never said ${pattern}; it said:\n${this.#out}\n${this.#err}`);
      }
      await new Promise<void>((wake) => {
        this.#waiting.add(wake);
        deadline.addEventListener("abort", () => wake());
      });
    }
  }

  signal(name: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number> {
    this.#child.kill(name);
    return this.#ended;
  }

  ended(): Promise<number> {
    return this.#ended;
  }

  #heard(take: () => unknown): void {
    take();
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

const folders: string[] = [];

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "propbot-e2e-"));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A program that runs to its end. */
export async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const program = new Program(args, environment);
  const code = await program.ended();
  return { code, out: program.out, err: program.err };
}

/** A JSON answer of the API, read loosely: the tests say what they expect of it. */
export async function ask(
  url: string,
  token: string | null,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: Record<string, unknown>; readonly headers: Headers }> {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
}
