import { createWriteStream } from "node:fs";
import { randomBytes } from "node:crypto";
import { jsonLog } from "#adapters/host/log.ts";
import type { DataDirectory } from "#adapters/storage/data-directory.ts";
import { LogJournal } from "#adapters/storage/log-journal.ts";
import { moveOldJournal } from "#adapters/storage/old-journal.ts";
import { openStore } from "#adapters/storage/sqlite.ts";
import { ThreadedLedger } from "#adapters/storage/threaded-ledger.ts";
import type { Log } from "#ports/telemetry.ts";
import { StateFile } from "./state-file.ts";

/** The journal and the ledger, found whole. Both flush on other threads than this one. */
export async function openBooks(
  directory: DataDirectory,
  log: Log,
): Promise<{ readonly journal: LogJournal; readonly ledger: ThreadedLedger }> {
  const file = directory.file("ledger.db");
  const journal = new LogJournal(directory.file("journal.log"));
  try {
    const store = openStore(file);
    const moved = await moveOldJournal(store, journal).finally(() => store.close());
    if (moved > 0) log.write("info", "the journal moved from the ledger to a log of its own", { entries: moved });
    const lost = (says: string): void => log.write("error", `events could not be written: ${says}`);
    return { journal, ledger: await ThreadedLedger.open(file, lost) };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** A token nobody chose is drawn once and kept beside the data, readable by its owner only. */
export function keepToken(directory: DataDirectory): string {
  return StateFile.keptSecret(directory.file("api_token"), () => randomBytes(24).toString("hex"));
}

/** @param secrets may grow: whatever is in it when a line is written is taken out of it */
export function openLog(directory: DataDirectory, secrets: ReadonlySet<string>, demo: boolean): Log {
  // The demo tells its story on the terminal; its log goes beside the data.
  const out = demo ? createWriteStream(directory.file("propbot.log"), { flags: "a", mode: 0o600 }) : process.stdout;
  return jsonLog(out, secrets);
}
