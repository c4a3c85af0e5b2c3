import { derivPositions, derivSetupAnswer, derivSetupRequest, derivStatus } from "#contract/derivatives.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

/** The two venues: how they stand, what they say that we hold, and how the accounts are set up. */
export const derivativesRoutes: Routes = (api, { desk }) => {
  const tags = ["venues"];

  api.get(
    "/api/deriv/status",
    {
      schema: {
        tags,
        summary: "Per venue: state, streams, account, leverage, round trip, request budget",
        response: { 200: derivStatus, ...refusals },
      },
    },
    () => desk.derivatives.status(),
  );
  api.get(
    "/api/deriv/positions",
    {
      schema: {
        tags,
        summary: "What each venue says that we hold, as it was last compared",
        response: { 200: derivPositions, ...refusals },
      },
    },
    () => desk.derivatives.positions(),
  );
  api.post(
    "/api/deriv/setup",
    {
      schema: {
        tags,
        summary: "Net positions, cross margin and a leverage, set and read back; not in SAFE_MODE",
        body: derivSetupRequest.nullish(),
        response: { 200: derivSetupAnswer, ...refusals },
      },
    },
    async ({ who, body }) => valueOf(await desk.setup.setup(who, body ?? {})),
  );
};
