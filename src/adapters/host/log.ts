import { pino, type DestinationStream } from "pino";
import type { Log } from "#ports/telemetry.ts";

/** What could carry a signature or a key: scrubbed from every line, whoever wrote it. */
const SIGNED = /((?:signature|apiKey|listenKey|OK-ACCESS-[A-Z]+)["=:\s]+)[^&\s",}]+/gi;
/** Shorter ones would take out half of every line. */
const LEAST_LENGTH = 8;

/**
 * JSON lines. Known secret values are taken out of every text, wherever they stand and in whichever spelling they travel.
 *
 * @param secrets values that must never be written; looked at with each line, so that new ones count at once
 */
export function jsonLog(destination: DestinationStream, secrets: Iterable<string>, level = "info"): Log {
  const spelt = new Map<string, readonly string[]>();
  const formsOf = (secret: string): readonly string[] => {
    const known = spelt.get(secret) ?? spellings(secret);
    spelt.set(secret, known);
    return known;
  };
  const clean = (text: string): string => {
    let cleaned = text.replace(SIGNED, "$1***");
    for (const secret of secrets)
      if (secret.length >= LEAST_LENGTH) for (const form of formsOf(secret)) cleaned = cleaned.replaceAll(form, "***");
    return cleaned;
  };
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

/** A value as it is, and as others write it: the longest first, for one may stand in another. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, "utf8");
  const forms = [
    secret,
    bytes.toString("hex"),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
  return [...new Set(forms)].toSorted((a, b) => b.length - a.length);
}

/** Says nothing: for programs whose only word is their report. */
export const silentLog: Log = { write: () => undefined };
