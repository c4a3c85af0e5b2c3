import { ANONYMOUS, type Operator } from "#domain/operator.ts";
import type { Operators } from "#ports/operators.ts";
import { isReading } from "./gates/lanes.ts";
import type { Session, Sessions } from "./sessions.ts";

/** Whoever sits at this machine, where no credential is asked for. */
const LOCAL: Operator = { name: "local", role: "operator" };
const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i;

/** Who asks, and by what we know. */
export type Shown =
  | { readonly by: "nothing" | "bearer" | "local"; readonly who: Operator }
  | { readonly by: "session"; readonly who: Operator; readonly session: Session; readonly sent: string }
  /** A token that is nobody's. */
  | { readonly by: "wrong"; readonly who: Operator }
  /** A session that is over. */
  | { readonly by: "ended"; readonly who: Operator };

/** Says who somebody is. Tokens are compared as digests of equal length, in constant time. */
export class Doorkeeper {
  readonly enabled: boolean;
  readonly sessions: Sessions;
  readonly #operators: Operators;

  constructor(enabled: boolean, operators: Operators, sessions: Sessions) {
    this.enabled = enabled;
    this.#operators = operators;
    this.sessions = sessions;
  }

  /** The person of a token; null for nobody, also while no credential is asked for: then there is none to be right. */
  ofToken(token: string): Operator | null {
    return this.#operators.identify(token);
  }

  /** The person behind `Authorization: Bearer <token>`; null for nobody. */
  ofHeader(header: string | undefined): Operator | null {
    if (!this.enabled) return LOCAL;
    const token = BEARER.exec(header ?? "")?.[1];
    return token === undefined ? null : this.#operators.identify(token);
  }

  /** A token wins over a cookie: whoever sends one means it. */
  shown(header: string | undefined, cookie: string | null): Shown {
    if (!this.enabled) return { by: "local", who: LOCAL };
    if (header !== undefined && header !== "") {
      const who = this.ofHeader(header);
      return who ? { by: "bearer", who } : { by: "wrong", who: ANONYMOUS };
    }
    if (cookie === null) return { by: "nothing", who: ANONYMOUS };
    const session = this.sessions.find(cookie);
    return session ? { by: "session", who: session.who, session, sent: cookie } : { by: "ended", who: ANONYMOUS };
  }
}

/** Readable without a credential: nothing in them tells what we own or earn. */
const OPEN =
  /^\/(healthz|health|livez|readyz|live-readiness|openapi\.json|docs(\/.*)?|api\/arb\/opportunity|api\/ui\/status\/.*)?$/;
/** Its route asks for one itself: to this machine alone it is told without. */
const METRICS = "/metrics";
/** It checks a credential of its own, in the body. */
export const CONFIRM = "/api/arb/confirm";
/** So does this one: it is where a token becomes a session. */
export const SESSION = "/api/ui/session";

export function needsCredential(method: string, path: string): boolean {
  if (path === CONFIRM || (path === SESSION && method === "POST")) return false;
  return !(isReading(method) && (OPEN.test(path) || path === METRICS));
}

/** A viewer reads and nothing else, whatever the route: what is not a reading is an act. Coming and going is everybody's. */
export function mayAsk({ role }: Operator, method: string, path: string): boolean {
  return role === "operator" || isReading(method) || path === CONFIRM || path === SESSION;
}
