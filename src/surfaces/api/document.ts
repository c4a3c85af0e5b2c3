import swagger, { type SwaggerTransformObject } from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { SESSION } from "./auth.ts";
import type { Api } from "./route.ts";

type Document = Extract<Parameters<SwaggerTransformObject>[0], { readonly openapiObject: unknown }>["openapiObject"];

/** Puts the document of the API beside its routes, and the page that shows it. The server is ready when this resolves. */
export async function describeApi(
  api: Api,
  { version, authEnabled }: { readonly version: string; readonly authEnabled: boolean },
  addRoutes: () => void,
): Promise<Api> {
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "PropBot",
        version,
        description: "Two-leg delta-neutral hedges between Binance USDⓈ-M and OKX perpetuals.",
      },
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer" },
          session: { type: "apiKey", in: "cookie", name: "propbot_session" },
        },
      },
      security: authEnabled ? [{ bearer: [] }, { session: [] }] : [],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) =>
      "openapiObject" in document ? withKeys(document.openapiObject) : document.swaggerObject,
  });
  await api.register(swaggerUi, { routePrefix: "/docs" });
  // Made once, before anybody trades: a first reader would else hold up everything for a tenth of a second.
  let description = Buffer.alloc(0);
  api.get("/openapi.json", { schema: { hide: true } }, (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(description),
  );
  addRoutes();
  await api.ready();
  description = Buffer.from(JSON.stringify(api.swagger()));
  return api;
}

const KEY = {
  in: "header",
  name: "Idempotency-Key",
  required: false,
  description: "the same key with the same body is done once; the stored answer comes with Idempotent-Replay: true",
  schema: { type: "string", pattern: "^[A-Za-z0-9_-]{8,128}$" },
} as const;

/** Every act takes a key; only the session, which is a cookie, does not. */
function withKeys(document: Document): Document {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    if (path === SESSION) continue;
    for (const operation of [item?.post, item?.patch, item?.put, item?.delete])
      if (operation) operation.parameters = [...(operation.parameters ?? []), KEY];
  }
  return document;
}
