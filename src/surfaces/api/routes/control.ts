import { controlPatch, controlPatchAnswer, controlState, killAnswer, reasonRequest } from "#contract/control.ts";
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
  api.patch(
    "/api/ui/control",
    {
      schema: {
        tags,
        summary: "Change the mode or SAFE_MODE",
        body: controlPatch,
        response: { 200: controlPatchAnswer, ...refusals },
      },
    },
    (request) => {
      const { mode, safe_mode } = request.body;
      return valueOf(desk.control.change({ mode, safeMode: safe_mode }, OPERATOR));
    },
  );
  api.post(
    "/api/ui/reset",
    { schema: { tags, summary: "HOLD, and lift the kill switch", body, response: { 200: controlState, ...refusals } } },
    () => valueOf(desk.control.reset(OPERATOR)),
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
