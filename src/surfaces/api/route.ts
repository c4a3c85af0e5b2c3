import type { FastifyInstance, FastifyPluginOptions, RawServerDefault } from "fastify";
import type { FastifyBaseLogger } from "fastify";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { problem } from "#contract/problem.ts";
import type { Desk } from "#desk/desk.ts";
import type { Exposition } from "#ports/telemetry.ts";
import type { Doorkeeper } from "./auth.ts";

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
  403: problem.describe("refused by control: SAFE_MODE, HOLD"),
  404: problem.describe("no such thing"),
  409: problem.describe("not now"),
  422: problem.describe("the request is not what the schema says"),
  503: problem.describe("we could not put it on record"),
  502: problem.describe("a venue would not"),
} as const;
