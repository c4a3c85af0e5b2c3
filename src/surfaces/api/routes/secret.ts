import { isLoopRequest } from "#contract/loop.ts";
import { secretForm, secretFormAnswer, secretsAnswer } from "#contract/secret.ts";
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
        summary: "Which secrets there are and since when, never what they are; and what the loop is set to",
        response: { 200: secretsAnswer, ...refusals },
      },
    },
    () => ({ ...desk.secrets.list(), loop: desk.loop.words() }),
  );
  api.post(
    "/api/ui/secret",
    {
      schema: {
        tags,
        summary:
          "Rotate secrets: tried at the venue, stored encrypted, then in use. Or set the loop, by the same rules as control",
        body: secretForm,
        response: { 200: secretFormAnswer, ...refusals },
      },
    },
    async ({ who, body }) =>
      isLoopRequest(body) ? valueOf(await desk.loop.change(who, body)) : valueOf(await desk.secrets.rotate(who, body)),
  );
};
