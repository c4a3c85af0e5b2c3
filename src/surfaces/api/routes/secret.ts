import { secretAnswer, secretRequest, secretsAnswer } from "#contract/secret.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

/** Keys and tokens, replaced while we run. A value comes in here, and never goes out again. */
export const secretRoutes: Routes = (api, { desk }) => {
  const tags = ["secrets"];

  api.get(
    "/api/ui/secret",
    {
      schema: {
        tags,
        summary: "Which secrets there are and since when; never what they are",
        response: { 200: secretsAnswer, ...refusals },
      },
    },
    () => desk.secrets.list(),
  );
  api.post(
    "/api/ui/secret",
    {
      schema: {
        tags,
        summary: "Rotate secrets: tried at the venue, stored encrypted, then in use",
        body: secretRequest,
        response: { 200: secretAnswer, ...refusals },
      },
    },
    async ({ who, body }) => valueOf(await desk.secrets.rotate(who, body)),
  );
};
