import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from "fastify-type-provider-zod";
import type { Problem } from "#contract/problem.ts";
import type { DeskAnswer, DeskRefusal } from "#desk/answer.ts";
import { BodyFault } from "./gates/json-guard.ts";

/** What a problem says, before it is one. */
export type Facts = Pick<Problem, "status" | "code" | "detail"> & Partial<Pick<Problem, "errors" | "approval">>;

export function problemOf(request: FastifyRequest, { status, code, detail, errors, approval }: Facts): Problem {
  return {
    type: `urn:propbot:problem:${code}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail,
    code,
    instance: request.id,
    ...(errors ? { errors } : {}),
    ...(approval === undefined ? {} : { approval }),
  };
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, facts: Facts): FastifyReply {
  return reply.code(facts.status).type("application/problem+json").send(problemOf(request, facts));
}

export function facts({ status, code, says, approval }: DeskRefusal): Facts {
  return { status, code, detail: says, ...(approval === undefined ? {} : { approval }) };
}

/** A refusal on its way out of a route; `onError` writes it down. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly refusal: DeskRefusal;

  constructor(refusal: DeskRefusal) {
    super(refusal.says);
    this.refusal = refusal;
  }
}

/** What the desk answered, or its refusal as a problem. */
export function valueOf<T>(answer: DeskAnswer<T>): T {
  if (answer.ok) return answer.value;
  throw new Refused(answer.refusal);
}

/** Whether a fault of ours ended the request, and not an answer. */
export function isFault(error: FastifyError | Refused): boolean {
  if (error instanceof Refused || error instanceof BodyFault || hasZodFastifySchemaValidationErrors(error))
    return false;
  return isResponseSerializationError(error) || (error.statusCode ?? 500) >= 500;
}

/** Whatever went wrong before or inside a route, in the one shape. Nothing of our inside is told. */
export function onError(error: FastifyError | Refused, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Refused) return sendProblem(request, reply, facts(error.refusal));
  if (error instanceof BodyFault)
    return sendProblem(request, reply, { status: error.statusCode, code: error.code, detail: error.message });
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = misfits(error);
    const detail = describeMisfits(errors);
    return sendProblem(request, reply, { status: 422, code: "invalid_request", detail, errors });
  }
  if (isResponseSerializationError(error)) {
    request.log.error({ path: request.routeOptions.url }, "an answer did not fit its schema");
    return sendProblem(request, reply, {
      status: 500,
      code: "internal",
      detail: "the answer could not be written; it has been logged",
    });
  }
  const status = error.statusCode ?? 500;
  // The framework's own words would tell which one it is.
  if (status < 500) return sendProblem(request, reply, WORDS[error.code] ?? badRequest(status));
  request.log.error({ error: error.message, stack: error.stack ?? "" }, "a route failed");
  return sendProblem(request, reply, {
    status: 500,
    code: "internal",
    detail: "something of ours failed; it has been logged",
  });
}

type Misfits = NonNullable<Problem["errors"]>;

/** Where a request is not what its schema says. */
export function misfits({ validation = [], validationContext }: FastifyError): Misfits {
  return validation.flatMap(({ instancePath, message, params }) => {
    const path = instancePath.replace(/^\//, "").replaceAll("/", ".");
    const meant = nearest(params);
    if (meant === null) return [{ path: path || (validationContext ?? "body"), message: message ?? "is not valid" }];
    return meant.map((issue) => ({
      path: [...(path === "" ? [] : [path]), ...issue.path.map(String)].join(".") || (validationContext ?? "body"),
      message: issue.message,
    }));
  });
}

type Issue = { readonly code: string; readonly path: readonly PropertyKey[]; readonly message: string };

/** Of several shapes the one it comes nearest to: what is wrong by that says more than that none fits. */
function nearest({ errors = [] }: { readonly errors?: readonly (readonly Issue[])[] }): readonly Issue[] | null {
  const isOther = ({ code, path }: Issue): boolean => path.length === 0 && code.startsWith("invalid_");
  const [first = null, ...others] = errors.filter((issues) => !issues.some(isOther));
  return others.reduce((best, issues) => (best !== null && best.length <= issues.length ? best : issues), first);
}

export const describeMisfits = (errors: Misfits): string =>
  errors.map(({ path, message }) => `${path}: ${message}`).join("; ");

const WORDS: Readonly<Record<string, Facts>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: "unsupported_media_type",
    detail: "a body is JSON: send Content-Type: application/json",
  },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: "body_too_large", detail: "a body is at most 64 KiB" },
  FST_ERR_BAD_URL: { status: 400, code: "bad_request", detail: "the address cannot be read" },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: "uri_too_long", detail: "a part of the address is too long" },
};

const badRequest = (status: number): Facts => ({ status, code: "bad_request", detail: "the request cannot be read" });
