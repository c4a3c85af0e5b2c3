import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from "fastify-type-provider-zod";
import type { Problem } from "#contract/problem.ts";
import type { DeskAnswer, DeskRefusal } from "#desk/answer.ts";

type Facts = Pick<Problem, "status" | "code" | "detail"> & Partial<Pick<Problem, "errors" | "approval">>;

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

/** Whatever went wrong before or inside a route, in the one shape. Nothing of our inside is told. */
export function onError(error: FastifyError | Refused, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Refused) {
    const { status, code, says, approval } = error.refusal;
    return sendProblem(request, reply, { status, code, detail: says, ...(approval === undefined ? {} : { approval }) });
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((each) => ({
      path: each.instancePath.replace(/^\//, "").replaceAll("/", ".") || (error.validationContext ?? "body"),
      message: each.message ?? "is not valid",
    }));
    const detail = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
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
  if (status < 500) {
    const code = codeOf(error);
    // The parser's own words quote what it stumbled over, and that may be a key.
    const detail = code === "malformed_json" ? "the body is not JSON" : error.message;
    return sendProblem(request, reply, { status, code, detail });
  }
  request.log.error({ error: error.message, stack: error.stack ?? "" }, "a route failed");
  return sendProblem(request, reply, {
    status: 500,
    code: "internal",
    detail: "something of ours failed; it has been logged",
  });
}

function codeOf(error: FastifyError): string {
  if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return "unsupported_media_type";
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") return "body_too_large";
  if (error instanceof SyntaxError || error.code.startsWith("FST_ERR_CTP")) return "malformed_json";
  return "bad_request";
}
