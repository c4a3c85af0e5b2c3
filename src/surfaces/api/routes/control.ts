import {
  cancelAllAnswer,
  cancelAllRequest,
  controlPatch,
  controlPatchAnswer,
  controlState,
  flattenAnswer,
  flattenRequest,
  killAnswer,
  reasonRequest,
} from "#contract/control.ts";
import { refused } from "#desk/answer.ts";
import { saferPart } from "../gates/lanes.ts";
import type { FastifyError } from "fastify";
import { describeMisfits, misfits, valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

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
    ({ who, body: given }) => desk.control.hold(who, given?.reason),
  );
  api.post(
    "/api/ui/stop",
    {
      schema: {
        tags,
        summary: "Finish what is in flight, then HOLD",
        body,
        response: { 200: controlState, ...refusals },
      },
    },
    ({ who, body: given }) => desk.control.hold(who, given?.reason, "stop"),
  );
  api.post(
    "/api/ui/resume",
    { schema: { tags, summary: "Trade again", body, response: { 200: controlState, ...refusals } } },
    async ({ who, body: given }) => valueOf(await desk.control.resume(who, given?.reason)),
  );
  api.patch(
    "/api/ui/control",
    {
      schema: {
        tags,
        summary: "Change the mode, a guard or a setting",
        body: controlPatch,
        response: { 200: controlPatchAnswer, ...refusals },
      },
      // What is wrong with the rest must not stand in the way of what makes it safer.
      attachValidation: true,
    },
    async ({ who, body: given, validationError }) => {
      if (validationError === undefined) return valueOf(await desk.control.change(who, given));
      const safer = saferPart(given);
      if (safer === null) throw validationError;
      const wrong = describeMisfits(misfits(validationError as FastifyError));
      return valueOf(refused(422, "invalid_request", `${wrong}${desk.control.makeSafer(who, safer)}`));
    },
  );
  api.post(
    "/api/ui/reset",
    { schema: { tags, summary: "HOLD, and lift the kill switch", body, response: { 200: controlState, ...refusals } } },
    async ({ who, body: given }) => valueOf(await desk.control.reset(who, given?.reason)),
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
    ({ who, body: given }) => desk.emergency.kill(who, given?.reason),
  );
  for (const path of ["/api/ui/cancel_all", "/api/ui/cancel-all"]) {
    api.post(
      path,
      {
        schema: {
          tags,
          summary: "Take every order of ours off, at the venues, and say what they say",
          body: cancelAllRequest.nullish(),
          response: { 200: cancelAllAnswer, ...refusals },
        },
      },
      async ({ who, body: given }) => valueOf(await desk.emergency.cancelAll(who, given?.venue)),
    );
  }
  for (const path of ["/api/ui/close_exposure", "/api/hedge/flatten"]) {
    api.post(
      path,
      {
        schema: {
          tags,
          summary: "Close hedges, both legs together, reduce-only",
          body: flattenRequest.nullish(),
          response: { 200: flattenAnswer, ...refusals },
        },
      },
      async ({ who, body: given }) => valueOf(await desk.emergency.flatten(who, given ?? {})),
    );
  }
};
