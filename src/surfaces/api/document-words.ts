import type { SwaggerTransformObject } from "@fastify/swagger";
import { z } from "zod";
import { problem } from "#contract/problem.ts";
import { SESSION } from "./auth.ts";

export type Document = Extract<
  Parameters<SwaggerTransformObject>[0],
  { readonly openapiObject: unknown }
>["openapiObject"];
type Item = NonNullable<NonNullable<Document["paths"]>[string]>;
type Operation = NonNullable<Item["get"]>;

const KEY = {
  in: "header",
  name: "Idempotency-Key",
  required: false,
  description: "the same key with the same body is done once; the stored answer comes with Idempotent-Replay: true",
  schema: { type: "string", pattern: "^[A-Za-z0-9_-]{8,128}$" },
} as const;
const PROBLEM = "application/problem+json";
/** What the door itself says, whatever the route. */
const AT_THE_DOOR: Readonly<Record<string, string>> = {
  400: "the request cannot be read, or comes through a proxy nobody trusts",
  421: "this server does not answer to that name",
  503: "the process is being stopped",
};

/** What is true of all routes alike, and so stands in none of them. */
export function completed(document: Document): Document {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(problem, { target: "draft-2020-12" });
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of ["get", "post", "patch", "put", "delete"] as const) {
      const operation = item?.[method];
      if (operation === undefined) continue;
      if (method !== "get" && path !== SESSION) operation.parameters = [...(operation.parameters ?? []), KEY];
      sayProblems(operation, schema);
      sayWhetherABodyIsNeeded(operation);
    }
  }
  return document;
}

/** A refusal has a type of its own; the door's stand with every route. */
function sayProblems(operation: Operation, schema: object): void {
  const responses: Record<string, { description: string; content?: object }> = { ...operation.responses } as never;
  const own = new Set(Object.keys(responses));
  for (const [status, description] of Object.entries(AT_THE_DOOR)) responses[status] ??= { description };
  for (const [status, response] of Object.entries(responses)) {
    if (Number(status) < 400) continue;
    const atTheDoor = status in AT_THE_DOOR && own.has(status) && !isProblem(response.content);
    response.content = { ...(atTheDoor ? response.content : {}), [PROBLEM]: { schema } };
  }
  operation.responses = responses as never;
}

const isProblem = (content: object = {}): boolean => JSON.stringify(content).includes('"instance"');

/** What may be nothing need not be sent. */
function sayWhetherABodyIsNeeded({ requestBody }: Operation): void {
  if (requestBody === undefined || !("content" in requestBody)) return;
  const schemas = Object.values(requestBody.content).map(({ schema }) => schema as { anyOf?: { type?: string }[] });
  requestBody.required = !schemas.some(({ anyOf = [] }) => anyOf.some(({ type }) => type === "null"));
}
