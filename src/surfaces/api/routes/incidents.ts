import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { reasonRequest } from "#contract/control.ts";
import { incident, incidentsAnswer } from "#contract/incidents.ts";
import type { BundleFile } from "#desk/incident-bundle.ts";
import type { Instant } from "#domain/time.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";
import { tarPieces } from "../tar.ts";

const params = z.object({
  id: z
    .string()
    .min(3)
    .max(40)
    .regex(/^[A-Za-z0-9_-]+$/, "letters and digits"),
});

/** What went wrong, who looks at it, and how it ended. */
export const incidentsRoutes: Routes = (api, { desk }) => {
  const tags = ["incidents"];

  api.get(
    "/api/ui/incidents",
    {
      schema: {
        tags,
        summary: "Incidents, newest first",
        querystring: z.strictObject({
          open: z.enum(["true", "false"]).default("false").describe("only those that are not closed"),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: incidentsAnswer, ...refusals },
      },
    },
    ({ query }) => desk.incidents.list(query.open === "true", query.limit),
  );
  api.get(
    "/api/ui/incidents/:id",
    { schema: { tags, summary: "One incident", params, response: { 200: incident, ...refusals } } },
    ({ params: { id } }) => valueOf(desk.incidents.find(id)),
  );
  api.get(
    "/api/ui/incidents/:id/export",
    {
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: "Everything about it in one archive (tar.gz), without secrets",
        params,
        produces: ["application/gzip"],
        response: { 200: z.string().describe("with a name to save it under"), ...refusals },
      },
    },
    async ({ who, params: { id } }, reply) => {
      const files = valueOf(await desk.bundle.of(who, id));
      return sendArchive(reply, `incident-${id}.tar.gz`, files, desk.now());
    },
  );
  api.post(
    "/api/ui/incidents/:id/ack",
    {
      schema: {
        tags,
        summary: "Say that you look at it",
        params,
        body: z.strictObject({}).nullish(),
        response: { 200: incident, ...refusals },
      },
    },
    ({ who, params: { id } }) => valueOf(desk.incidents.acknowledge(who, id)),
  );
  api.post(
    "/api/ui/incidents/:id/close",
    {
      schema: {
        tags,
        summary: "Close it, once its component is well again",
        params,
        body: reasonRequest.nullish(),
        response: { 200: incident, ...refusals },
      },
    },
    ({ who, params: { id }, body }) => valueOf(desk.incidents.close(who, id, body?.reason ?? "")),
  );
};

/** Packed and squeezed while it is sent, off this thread. */
function sendArchive(reply: FastifyReply, name: string, files: readonly BundleFile[], at: Instant): never {
  const packed = files.map((file) => ({ name: file.name, content: Buffer.from(file.text) }));
  reply
    .header("content-type", "application/gzip")
    .header("content-disposition", `attachment; filename="${name}"`)
    .header("cache-control", "no-store")
    .send(Readable.from(tarPieces(packed, at / 1_000)).pipe(createGzip()));
  // A reply under way is what a handler gives back instead of an answer; the types know answers alone.
  return reply as never;
}
