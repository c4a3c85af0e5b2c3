import { z } from "zod";
import { reconHistory, reconStatus } from "#contract/recon.ts";
import { type Routes, refusals } from "../route.ts";

/** Whether the venues say what our books say. */
export const reconRoutes: Routes = (api, { desk }) => {
  const tags = ["reconciliation"];

  api.get(
    "/api/ui/recon/status",
    {
      schema: {
        tags,
        summary: "What differs now, and what to do about it",
        response: { 200: reconStatus, ...refusals },
      },
    },
    () => desk.recon.status(),
  );
  api.get(
    "/api/ui/recon/history",
    {
      schema: {
        tags,
        summary: "The latest comparisons with the venues",
        querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
        response: { 200: reconHistory, ...refusals },
      },
    },
    (request) => desk.recon.history(request.query.limit),
  );
  api.post(
    "/api/ui/recon/run",
    {
      schema: {
        tags,
        summary: "Compare with both venues now",
        body: z.strictObject({}).nullish(),
        response: { 200: reconStatus, ...refusals },
      },
    },
    () => desk.recon.run(),
  );
};
