import { statusComponents, statusOverview, statusSlo } from "#contract/status.ts";
import { type Routes, refusals } from "../route.ts";

/** How everything stands. Readable without a credential, and then without amounts. */
export const statusRoutes: Routes = (api, { desk }) => {
  const tags = ["status"];

  api.get(
    "/api/ui/status/overview",
    { schema: { tags, summary: "Is it all right?", response: { 200: statusOverview, ...refusals } } },
    ({ who }) => desk.status.overview(who),
  );
  api.get(
    "/api/ui/status/components",
    { schema: { tags, summary: "Every component", response: { 200: statusComponents, ...refusals } } },
    ({ who }) => desk.status.components(who),
  );
  api.get(
    "/api/ui/status/slo",
    {
      schema: {
        tags,
        summary: "The objectives, and since when one is missed",
        response: { 200: statusSlo, ...refusals },
      },
    },
    ({ who }) => desk.status.slo(who),
  );
};
