import { pino, type DestinationStream } from "pino";
import type { Log } from "#ports/telemetry.ts";

/** What could carry a signature or a key: scrubbed from every line, whoever wrote it. */
const SIGNED = /((?:signature|apiKey|listenKey|OK-ACCESS-[A-Z]+)["=:\s]+)[^&\s",}]+/gi;

/**
 * JSON lines. Known secret values are taken out of every text, wherever they stand.
 *
 * @param secrets values that must never be written; short ones are ignored, they would take out half of every line
 */
export function jsonLog(destination: DestinationStream, secrets: readonly string[], level = "info"): Log {
  const known = secrets.filter((secret) => secret.length >= 8);
  const clean = (text: string): string =>
    known.reduce((cleaned, secret) => cleaned.replaceAll(secret, "***"), text.replace(SIGNED, "$1***"));
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
