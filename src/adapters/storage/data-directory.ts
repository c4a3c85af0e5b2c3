import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import type { Instant } from "#domain/time.ts";
import type { Lease } from "#ports/lease.ts";
import { LeaseFile, heldElsewhere } from "./lease-file.ts";
import { StoreFault } from "./sqlite.ts";

/** Another process has it. */
export class StoreBusy extends Error {
  override readonly name = "StoreBusy";
}

export interface DataDirectory {
  readonly path: string;
  /** Four letters or digits, drawn once for this directory: part of every order's name. */
  readonly install: string;
  /** One more at every start, so that the names of two runs never meet. */
  readonly epoch: number;
  /** When it was taken and not released, the latest ones, in ms since the epoch: this start is the last of them. */
  readonly starts: readonly number[];
  readonly lease: Lease;
  file(name: string): string;
  /** Gives it back: a start that ends so is no crash. */
  release(): void;
}

interface Mark {
  readonly install: string;
  readonly epoch: number;
  readonly starts: readonly number[];
}

/** What may lie in a folder before it is ours: people can be named before the first start. */
const MAY_BE_THERE = new Set([".gitkeep", "lost+found", "operators.json"]);
const MARK = "propbot.json";
const LOCK = "lock.db";
const KEEP_STARTS = 10;
const LEASE = "lease.json";

/**
 * Takes the directory for this process alone, creating it when it is not there. The lock is the operating system's:
 * a killed process leaves none behind.
 *
 * @throws StoreFault when it cannot be ours: unwritable, or full of somebody else's files
 * @throws StoreBusy when another process holds it
 */
export function takeDataDirectory(path: string, now: Instant, drawInstall: () => string): DataDirectory {
  prepare(path);
  const lock = takeLock(path);
  try {
    const file = (name: string): string => join(path, name);
    const holder = `${hostname()}:${process.pid}`;
    const other = heldElsewhere(file(LEASE), holder, now);
    if (other !== null)
      throw new StoreBusy(
        `DATA_DIR ${path} is in use by another PropBot (${other}); stop it, or wait for its lease to end`,
      );
    const old = readMark(path);
    const starts = [...(old?.starts ?? []), now].slice(-KEEP_STARTS);
    const mark: Mark = { install: old?.install ?? drawInstall(), epoch: (old?.epoch ?? 0) + 1, starts };
    writeMark(path, mark);
    const lease = new LeaseFile(file(LEASE), holder, mark.epoch, now);
    let ours = true;
    const release = (): void => {
      if (ours) writeMark(path, { ...mark, starts: starts.slice(0, -1) });
      if (ours) lease.release();
      ours = false;
      lock.close();
    };
    return { path, ...mark, lease, file, release };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function prepare(path: string): void {
  try {
    makeFolders(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StoreFault(
      `DATA_DIR ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}; give this user the right to write there, or choose another`,
    );
  }
  if (!statSync(path).isDirectory()) throw new StoreFault(`DATA_DIR ${path} is a file; name a folder`);
  const entries = readdirSync(path).filter((name) => !MAY_BE_THERE.has(name));
  if (entries.length > 0 && !existsSync(join(path, MARK)) && !existsSync(join(path, LOCK))) {
    throw new StoreFault(
      `DATA_DIR ${path} holds other files (${entries.slice(0, 3).join(", ")}); choose an empty folder`,
    );
  }
}

/** One level after the other: where a parent cannot be made, the error says so instead of trying for ever. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(resolve(path));
  if (parent !== resolve(path)) makeFolders(parent);
  mkdirSync(path, { mode: 0o700 });
}

function takeLock(path: string): Sqlite.Database {
  const lock = new Sqlite(join(path, LOCK), { timeout: 0 });
  try {
    lock.pragma("locking_mode = EXCLUSIVE");
    lock.exec("begin exclusive");
    return lock;
  } catch (error) {
    lock.close();
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code.startsWith("SQLITE_BUSY"))
      throw new StoreBusy(`DATA_DIR ${path} is in use by another PropBot; stop it first or choose another folder`);
    throw new StoreFault(
      `DATA_DIR ${path} cannot be locked: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Replaced as a whole: a start that is cut short leaves the old one or the new one. */
function writeMark(path: string, mark: Mark): void {
  const file = join(path, MARK);
  writeFileSync(`${file}.partial`, `${JSON.stringify(mark)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.partial`, file);
}

function readMark(path: string): Mark | null {
  const file = join(path, MARK);
  if (!existsSync(file)) return null;
  try {
    const mark: unknown = JSON.parse(readFileSync(file, "utf8"));
    const fits = typeof mark === "object" && mark !== null && "install" in mark && "epoch" in mark;
    if (
      fits &&
      typeof mark.install === "string" &&
      /^[a-z0-9]{4}$/.test(mark.install) &&
      Number.isInteger(mark.epoch)
    ) {
      const starts = "starts" in mark && Array.isArray(mark.starts) ? (mark.starts as readonly unknown[]) : [];
      const times = starts.filter((at): at is number => typeof at === "number");
      return { install: mark.install, epoch: Number(mark.epoch), starts: times };
    }
  } catch {
    // Said below, with the fix.
  }
  throw new StoreFault(`${file} is damaged; order names depend on it: restore it from a backup`);
}
