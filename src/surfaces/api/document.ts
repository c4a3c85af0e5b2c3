import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { completed } from "./document-words.ts";
import type { Api } from "./route.ts";

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
      "openapiObject" in document ? completed(document.openapiObject) : document.swaggerObject,
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
