import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";

const ROOT = resolve(import.meta.dirname, "../..");
/** A venue that was asked too much by many starts in a row makes the next one wait a minute. */
const START_MS = 120_000;

export interface ServerAnswer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- what came over the wire, looked at by the harness alone
  readonly body: any;
}

/** One life of the real server: a process of its own, killed when and where the harness says. */
export class Server {
  readonly #child: ChildProcess;
  readonly #token: string;
  #err = "";
  #reached: string | null = null;
  #url: string | null = null;

  constructor(environment: Readonly<Record<string, string>>, token: string, point: string | null) {
    this.#token = token;
    const hooks = point === null ? [] : ["--import", join(import.meta.dirname, "hooks.ts")];
    this.#child = spawn(process.execPath, [...hooks, join(ROOT, "src/app/main.ts"), "start"], {
      cwd: environment["DATA_DIR"] ?? ROOT,
      env: { PATH: process.env["PATH"] ?? "", ...environment, ...(point === null ? {} : { CHAOS_POINT: point }) },
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    this.#child.stderr?.on("data", (chunk) => (this.#err += String(chunk)));
    (this.#child.stdio[3] as Readable).on("data", (chunk) => (this.#reached = String(chunk).trim()));
  }

  /** The point it stands still at; null while it runs. */
  get reached(): string | null {
    return this.#reached;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get complaints(): string {
    return this.#err;
  }

  /** Serves; or stands still, or has ended, before it ever did. */
  async up(): Promise<"serves" | "stands" | "ended"> {
    for (const until = performance.now() + START_MS; performance.now() < until; await pause(20)) {
      this.#url = /^api +(http:\S+)/m.exec(this.#err)?.[1] ?? null;
      if (this.#reached !== null) return "stands";
      if (this.ended) return "ended";
      if (this.#url !== null) return "serves";
    }
    throw new Error(`the server did not come up:\n${this.#err}`);
  }

  /** Null when it stands still or is gone: nobody answers. */
  async ask(method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<ServerAnswer | null> {
    try {
      const answer = await fetch(`${this.#url ?? ""}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, ...(body ? { "content-type": "application/json" } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(15_000),
      });
      return { status: answer.status, body: await answer.json() };
    } catch {
      return null;
    }
  }

  async kill(): Promise<void> {
    if (this.ended) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(name);
  }

  /** The clean end. */
  async stop(): Promise<number | null> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await gone;
    return this.#child.exitCode;
  }
}

export const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
