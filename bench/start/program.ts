import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const ASK_EVERY_MS = 2;
const GIVE_UP_MS = 60_000;

/** A program that was started from nothing and is now ready. */
export interface Started {
  /** From before it was executed until it was ready, in milliseconds. */
  readonly tookMs: number;
  readonly pid: number;
  end(): Promise<void>;
}

/** The whole service on paper, until its readiness says yes. */
export async function startService(): Promise<Started> {
  const data = mkdtempSync(join(tmpdir(), "propbot-bench-start-"));
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [join(ROOT, "src/app/main.ts"), "start"], {
    // A folder without a `.env`: nobody's own settings are read.
    cwd: data,
    env: { PATH: process.env["PATH"] ?? "", HOME: data, PROFILE: "paper", DATA_DIR: data, PORT: `${port}` },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const until = began + GIVE_UP_MS;
  while ((await statusOf(port)) !== 200) {
    if (child.exitCode !== null || performance.now() > until) throw new Error("the service never became ready");
    await new Promise((turn) => setTimeout(turn, ASK_EVERY_MS));
  }
  const tookMs = performance.now() - began;
  const end = async (): Promise<void> => {
    await gone(child, "SIGTERM");
    rmSync(data, { recursive: true, force: true });
  };
  return { tookMs, pid: child.pid ?? 0, end };
}

/** A process that imports packages and nothing else, until they are there. */
export async function startImport(packages: readonly string[]): Promise<Started> {
  const imports = packages.map((name) => `await import(${JSON.stringify(name)});`).join("");
  const script = `${imports}process.stdout.write("r");setInterval(() => {}, 1e9)`;
  const began = performance.now();
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((ready, reject) => {
    child.stdout?.once("data", ready);
    child.once("exit", () => reject(new Error("it ended before it was ready")));
  });
  const tookMs = performance.now() - began;
  return { tookMs, pid: child.pid ?? 0, end: () => gone(child, "SIGKILL") };
}

/** Resident memory now, in MB, as the kernel counts it. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
}

async function gone(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

/** Zero while nobody listens. */
function statusOf(port: number): Promise<number> {
  return new Promise((resolve) => {
    const asking = request({ host: "127.0.0.1", port, path: "/readyz", agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.once("error", () => resolve(0));
    asking.end();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
