/** Nothing of an answer may be framed, guessed at, kept or fetched by another site; and none of them is a page. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), usb=()",
};
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** The interactive page: its own files alone, no script between the lines. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const OF_DOCS = { ...EVERYWHERE, "content-security-policy": DOCS_POLICY };
const OF_ALL = { ...EVERYWHERE, "content-security-policy": API_POLICY };
const OF_API = { ...OF_ALL, "cache-control": "no-store" };

/** The headers of an answer at this path, whatever it says. */
export function guardedHeaders(path: string): Readonly<Record<string, string>> {
  if (path.startsWith("/api/")) return OF_API;
  return path === "/docs" || path.startsWith("/docs/") ? OF_DOCS : OF_ALL;
}
