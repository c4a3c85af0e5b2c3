import { pino, type DestinationStream } from "pino";
import type { Log } from "#ports/telemetry.ts";
import { redactor } from "./redact.ts";

/**
 * JSON lines. Known secret values are taken out of every text.
 *
 * @param secrets values that must never be written; looked at with each line, so that new ones count at once
 */
export function jsonLog(destination: DestinationStream, secrets: Iterable<string>, level = "info"): Log {
  const clean = redactor(secrets);
  const out = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return {
    write: (at, says, fields = {}) => {
      const cleaned = Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? clean(value) : value]),
      );
      out[at](cleaned, clean(says));
    },
  };
}

/** Says nothing: for programs whose only word is their report. */
export const silentLog: Log = { write: () => undefined };
