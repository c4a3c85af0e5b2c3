import {
  configApplyAnswer,
  configApplyRequest,
  configRollbackAnswer,
  configRollbackRequest,
  configValidateAnswer,
  configValidateRequest,
} from "#contract/config.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

/** The settings as one file. */
export const configRoutes: Routes = (api, { desk }) => {
  const tags = ["control"];

  api.post(
    "/api/ui/config/validate",
    {
      schema: {
        tags,
        summary: "What is wrong with it, and what it would change; nothing is changed",
        body: configValidateRequest,
        response: { 200: configValidateAnswer, ...refusals },
      },
    },
    ({ body }) => desk.config.validate(body.yaml_text),
  );
  api.post(
    "/api/ui/config/apply",
    {
      schema: {
        tags,
        summary: "Put it in force by the rules of control, and keep it for the next start",
        body: configApplyRequest,
        response: { 200: configApplyAnswer, ...refusals },
      },
    },
    async ({ who, body }) => valueOf(await desk.config.apply(who, body)),
  );
  api.post(
    "/api/ui/config/rollback",
    {
      schema: {
        tags,
        summary: "Back to the version before, by the same rules",
        body: configRollbackRequest,
        response: { 200: configRollbackAnswer, ...refusals },
      },
    },
    async ({ who, body }) => valueOf(await desk.config.rollback(who, body)),
  );
};
