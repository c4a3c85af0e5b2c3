import { eventsAnswer, eventsQuery } from "#contract/events.ts";
import type { Trouble } from "#desk/events-desk.ts";
import { type Routes, refusals } from "../route.ts";

/** What was said. */
export const eventsRoutes: Routes = (api, { desk }) => {
  api.get(
    "/api/ui/events",
    {
      schema: {
        tags: ["records"],
        summary: "Events: filtered, searched, page by page",
        description:
          "By offset a window of at most 7 days is read, the last 7 days unless said otherwise. A cursor has no window and is not moved by what is recorded meanwhile.",
        querystring: eventsQuery.superRefine((query, context) => {
          for (const trouble of desk.events.troubles(query)) context.addIssue(issueOf(trouble));
        }),
        response: { 200: eventsAnswer, ...refusals },
      },
    },
    (request) => desk.events.page(request.query),
  );
};

/** A trouble of the desk as a trouble of the shape: one answer for both. */
export function issueOf({ path, message }: Trouble): { code: "custom"; path: string[]; message: string } {
  return { code: "custom", path: [path], message };
}
