import { existsSync } from "node:fs";
import { resolve } from "node:path";

const FOLDER = resolve(import.meta.dirname, "..", process.env["RECORDINGS_DIR"] ?? "../shared/recordings");

export const USDM = resolve(FOLDER, "usdm-btcusdt_20240808.jsonl.gz");
export const COINM = resolve(FOLDER, "cm-btcusd_perp_20240808.jsonl.gz");

/** The recordings are handed out apart from this repository. Without them their tests are skipped, but never in CI. */
export const haveRecordings = existsSync(USDM) && existsSync(COINM);
export const recordingsMustBeThere = process.env["CI"] === "true";
