import { z } from "zod";
import { reasonRequest } from "#contract/control.ts";
import { incident, incidentsAnswer } from "#contract/incidents.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

const params = z.object({ id: z.string().min(3).max(40) });

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
