import { exposureAnswer, limitsAnswer, planAnswer, riskState, universeAnswer } from "#contract/standing.ts";
import { stateAnswer } from "#contract/state.ts";
import { type Routes, refusals } from "../route.ts";

/** How much is at risk, how much may be, and everything at once. */
export const standingRoutes: Routes = (api, { desk }) => {
  const tags = ["standing"];

  api.get(
    "/api/ui/state",
    { schema: { tags, summary: "Everything at one moment", response: { 200: stateAnswer, ...refusals } } },
    ({ who }) => desk.state.whole(who),
  );
  api.get(
    "/api/ui/exposure",
    {
      schema: {
        tags,
        summary: "What is held of each instrument, over both venues",
        response: { 200: exposureAnswer, ...refusals },
      },
    },
    () => desk.standing.exposure(),
  );
  api.get(
    "/api/ui/limits",
    {
      schema: {
        tags,
        summary: "Every limit, and how much of it is used",
        response: { 200: limitsAnswer, ...refusals },
      },
    },
    () => desk.standing.limits(),
  );
  api.get(
    "/api/ui/universe",
    {
      schema: {
        tags,
        summary: "What is traded, as both venues list it",
        response: { 200: universeAnswer, ...refusals },
      },
    },
    () => desk.standing.universe(),
  );
  api.get(
    "/api/ui/plan/last",
    {
      schema: {
        tags,
        summary: "The latest trade that somebody thought of: a preview, the loop, an operator",
        response: { 200: planAnswer, ...refusals },
      },
    },
    () => desk.standing.lastPlan(),
  );
  api.get(
    "/api/risk/state",
    {
      schema: {
        tags,
        summary: "Whether the next order would be refused, why, and what is watched",
        response: { 200: riskState, ...refusals },
      },
    },
    () => desk.standing.risk(),
  );
};
