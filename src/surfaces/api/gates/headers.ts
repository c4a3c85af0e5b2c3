/** Nothing of an answer may be guessed at, told on or fetched by another site. */
const EVERYWHERE = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** The interactive page: its own files alone, no script between the lines. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What a page needs beside them; an answer that is none is written without, for each header costs a look its time. */
const OF_PAGES = {
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), usb=()",
};
const OF_DOCS = { ...EVERYWHERE, ...OF_PAGES, "content-security-policy": DOCS_POLICY };
const OF_ALL = { ...EVERYWHERE, "content-security-policy": API_POLICY };
const OF_API = { ...OF_ALL, "cache-control": "no-store" };

/** The headers of an answer at this path, whatever it says. */
export function guardedHeaders(path: string): Readonly<Record<string, string>> {
  if (path.startsWith("/api/")) return OF_API;
  return path === "/docs" || path.startsWith("/docs/") ? OF_DOCS : OF_ALL;
}
