/** What could carry a signature or a key: scrubbed from every line, whoever wrote it. */
const SIGNED = /((?:signature|apiKey|listenKey|OK-ACCESS-[A-Z]+)["=:\s]+)[^&\s",}]+/gi;
/** Shorter ones would take out half of every line. */
const LEAST_LENGTH = 8;

/**
 * Takes known secret values out of a text, wherever they stand and in whichever spelling they travel.
 *
 * @param secrets values that must never leave; looked at with each text, so that new ones count at once
 */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const spelt = new Map<string, readonly string[]>();
  const formsOf = (secret: string): readonly string[] => {
    const known = spelt.get(secret) ?? spellings(secret);
    spelt.set(secret, known);
    return known;
  };
  return (text) => {
    let cleaned = text.replace(SIGNED, "$1***");
    for (const secret of secrets)
      if (secret.length >= LEAST_LENGTH) for (const form of formsOf(secret)) cleaned = cleaned.replaceAll(form, "***");
    return cleaned;
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
