import { createHash, timingSafeEqual } from "node:crypto";

/** Tokens are compared as digests of equal length, in constant time. */
export class Credentials {
  readonly #enabled: boolean;
  readonly #digest: Buffer | null;

  constructor(enabled: boolean, token: string) {
    this.#enabled = enabled;
    this.#digest = token === "" ? null : digestOf(token);
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  /** True for our token; never when none is configured. */
  matches(token: string): boolean {
    return this.#digest !== null && timingSafeEqual(digestOf(token), this.#digest);
  }

  /** True for `Authorization: Bearer <our token>`, and when no credential is asked for. */
  admits(header: string | undefined): boolean {
    if (!this.#enabled) return true;
    const token = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(header ?? "")?.[1];
    return token !== undefined && this.matches(token);
  }
}

const digestOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** Readable without a credential: nothing in them tells what we own or earn. */
const OPEN =
  /^\/(healthz|health|livez|readyz|live-readiness|openapi\.json|docs(\/.*)?|api\/arb\/opportunity|api\/ui\/status\/.*)?$/;
/** It checks a credential of its own, in the body. */
const CONFIRM = "/api/arb/confirm";

export function needsCredential(method: string, path: string): boolean {
  if (path === CONFIRM) return false;
  return !((method === "GET" || method === "HEAD") && OPEN.test(path));
}
