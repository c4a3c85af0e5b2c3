import type { FastifyInstance, FastifyPluginOptions, RawServerDefault } from "fastify";
import type { FastifyBaseLogger } from "fastify";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { problem } from "#contract/problem.ts";
import type { Desk } from "#desk/desk.ts";
import type { Exposition } from "#ports/telemetry.ts";
import type { Doorkeeper } from "./auth.ts";
import type { Strangers } from "./gates/strangers.ts";

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface RouteContext extends FastifyPluginOptions {
  readonly desk: Desk;
  readonly doorkeeper: Doorkeeper;
  readonly strangers: Strangers;
  readonly version: string;
  /** Where the API listens. */
  readonly host: string;
  /** What is measured; nothing where nobody measures. */
  readonly exposition?: Exposition | undefined;
}

/** One group of routes. It is in the list of routes, or it does not exist. */
export type Routes = (api: Api, context: RouteContext) => void;

/** Every way a route may refuse, for the document. */
export const refusals = {
  400: problem.describe("refused by the market or by a limit"),
  401: problem.describe("no credential, or a wrong one"),
  403: problem.describe("refused by control: SAFE_MODE, HOLD; or not yours to ask, or asked by another site's page"),
  404: problem.describe("no such thing"),
  405: problem.describe("the path is there, the method is not: see Allow"),
  409: problem.describe("not now; or the first request with this Idempotency-Key is not finished, or was broken off"),
  413: problem.describe("the body is larger than 64 KiB"),
  415: problem.describe("the body is no JSON in UTF-8, or is encoded"),
  421: problem.describe("this server does not answer to that name"),
  422: problem.describe("the request is not what the schema says, or its Idempotency-Key was used for another"),
  429: problem.describe("too many: see Retry-After"),
  503: problem.describe("we could not put it on record"),
  502: problem.describe("a venue would not"),
} as const;
