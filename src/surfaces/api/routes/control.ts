import { controlState, killAnswer, reasonRequest } from "#contract/control.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

const OPERATOR = "operator";

/** Stopping and starting. */
export const controlRoutes: Routes = (api, { desk }) => {
  const tags = ["control"];
  const body = reasonRequest.nullish();

  api.get(
    "/api/ui/control-state",
    { schema: { tags, summary: "Are we trading, and if not, why?", response: { 200: controlState, ...refusals } } },
    () => desk.control.state(),
  );
  api.post(
    "/api/ui/hold",
    { schema: { tags, summary: "HOLD, now", body, response: { 200: controlState, ...refusals } } },
    (request) => desk.control.hold(request.body?.reason, OPERATOR),
  );
  api.post(
    "/api/ui/resume",
    { schema: { tags, summary: "Trade again", body, response: { 200: controlState, ...refusals } } },
    () => valueOf(desk.control.resume(OPERATOR)),
  );
  api.post(
    "/api/ui/kill",
    {
      schema: {
        tags,
        summary: "HOLD, SAFE_MODE, and cancel everything at the venues",
        body,
        response: { 200: killAnswer, ...refusals },
      },
    },
    (request) => desk.control.kill(request.body?.reason, OPERATOR),
  );
};
