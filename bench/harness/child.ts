import { type ChildProcess, fork } from "node:child_process";

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly fault?: string;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A process of its own that does as it is asked, with `obey` on its side. It ends with the process that started it. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #ending = false;

  private constructor(file: string, name: string) {
    this.#name = name;
    // Standard output carries the results of the bench; a child's own words are none of them.
    this.#process = fork(file, [name], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#process.on("message", (answer: Answer) => this.#hear(answer));
    this.#process.on("exit", (code) => this.#gone(code));
  }

  /** @param name what it plays, told to it as its only argument */
  static async start(file: string, name: string): Promise<Child> {
    const child = new Child(file, name);
    await new Promise<void>((resolve, reject) => child.#waiting.set(0, { resolve, reject }));
    return child;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  ask<T>(verb: string, words: unknown = null): Promise<T> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, verb, words });
    });
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#ending = true;
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.disconnect();
    await gone;
  }

  #hear({ id, value, fault }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (fault === undefined) waiting?.resolve(value as never);
    else waiting?.reject(new Error(`${this.#name}: ${fault}`));
  }

  #gone(code: number | null): void {
    if (!this.#ending && this.#waiting.size === 0) process.stderr.write(`${this.#name} ended by itself with ${code}\n`);
    for (const { reject } of this.#waiting.values()) reject(new Error(`${this.#name} ended with ${code}`));
    this.#waiting.clear();
  }
}

/** Starts one child for each name, runs, and ends them all whatever comes of it. */
export async function withChildren<T>(
  file: string,
  names: readonly string[],
  run: (children: ReadonlyMap<string, Child>) => Promise<T>,
): Promise<T> {
  const children = new Map<string, Child>();
  try {
    for (const name of names) children.set(name, await Child.start(file, name));
    return await run(children);
  } finally {
    await Promise.all([...children.values()].map((child) => child.end()));
  }
}
