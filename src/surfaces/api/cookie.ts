const NAME = "propbot_session";
/** Browsers take a cookie of this prefix from us alone, and give it to us alone. It needs TLS. */
const SECURE_NAME = `__Host-${NAME}`;
const WHOLE_SECONDS = 12 * 3_600;

/** What a browser sends as its session; null for none, and for two, of which one may be somebody else's. */
export function sessionIn(header: string | undefined, secure: boolean): string | null {
  if (header === undefined) return null;
  const name = secure ? SECURE_NAME : NAME;
  const values = header.split(";").flatMap((pair) => {
    const [key = "", ...value] = pair.trim().split("=");
    return key === name ? [value.join("=")] : [];
  });
  const [value = "", ...others] = values;
  return others.length === 0 && /^[A-Za-z0-9_-]{32,128}$/.test(value) ? value : null;
}

export function sessionCookie(value: string, secure: boolean): string {
  return cookie(value, WHOLE_SECONDS, secure);
}

export function endedCookie(secure: boolean): string {
  return cookie("", 0, secure);
}

function cookie(value: string, seconds: number, secure: boolean): string {
  const name = secure ? SECURE_NAME : NAME;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? "; Secure" : ""}`;
}
