import type { Operator } from "#domain/operator.ts";
import type { Operators } from "#ports/operators.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; `anonymous` where no credential is needed and none was sent. */
    who: Operator;
  }
}

/** Whoever sits at this machine, where no credential is asked for. */
const LOCAL: Operator = { name: "local", role: "operator" };
const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i;

/** Says who somebody is. Tokens are compared as digests of equal length, in constant time. */
export class Doorkeeper {
  readonly #enabled: boolean;
  readonly #operators: Operators;

  constructor(enabled: boolean, operators: Operators) {
    this.#enabled = enabled;
    this.#operators = operators;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  /** The person of a token; null for nobody, also while no credential is asked for: then there is none to be right. */
  ofToken(token: string): Operator | null {
    return this.#operators.identify(token);
  }

  /** The person behind `Authorization: Bearer <token>`; null for nobody. */
  ofHeader(header: string | undefined): Operator | null {
    if (!this.#enabled) return LOCAL;
    const token = BEARER.exec(header ?? "")?.[1];
    return token === undefined ? null : this.#operators.identify(token);
  }
}

/** Readable without a credential: nothing in them tells what we own or earn. */
const OPEN =
  /^\/(healthz|health|livez|readyz|live-readiness|openapi\.json|docs(\/.*)?|api\/arb\/opportunity|api\/ui\/status\/.*)?$/;
/** Its route asks for one itself: to this machine alone it is told without. */
const METRICS = "/metrics";
/** It checks a credential of its own, in the body. */
const CONFIRM = "/api/arb/confirm";

const isReading = (method: string): boolean => method === "GET" || method === "HEAD";

export function needsCredential(method: string, path: string): boolean {
  if (path === CONFIRM) return false;
  return !(isReading(method) && (OPEN.test(path) || path === METRICS));
}

/** A viewer reads and nothing else, whatever the route: what is not a reading is an act. */
export function mayAsk({ role }: Operator, method: string, path: string): boolean {
  return role === "operator" || isReading(method) || path === CONFIRM;
}
