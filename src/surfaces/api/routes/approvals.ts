import { z } from "zod";
import {
  approvalAnswer,
  approvalRequest,
  approvalsAnswer,
  approveRequest,
  rejectRequest,
} from "#contract/approvals.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

/** Asking for a second voice, and being one. */
export const approvalsRoutes: Routes = (api, { desk }) => {
  const tags = ["approvals"];
  const params = z.object({ id: z.string().min(4).max(40) });

  api.get(
    "/api/ui/approvals",
    {
      schema: {
        tags,
        summary: "What waits for a second person, and what became of the rest",
        response: { 200: approvalsAnswer, ...refusals },
      },
    },
    () => desk.approvals.list(),
  );
  api.post(
    "/api/ui/approvals",
    {
      schema: {
        tags,
        summary: "Ask for a dangerous act; in paper it is done at once",
        body: approvalRequest,
        response: { 200: approvalAnswer, ...refusals },
      },
    },
    async ({ who, body }) => valueOf(await desk.approvals.ask(who, body.action, body.params, body.reason)),
  );
  api.post(
    "/api/ui/approvals/:id/approve",
    {
      schema: {
        tags,
        summary: "Be the second person; params_hash says what was seen",
        params,
        body: approveRequest,
        response: { 200: approvalAnswer, ...refusals },
      },
    },
    async (request) => valueOf(await desk.approvals.approve(request.who, request.params.id, request.body.params_hash)),
  );
  api.post(
    "/api/ui/approvals/:id/reject",
    {
      schema: {
        tags,
        summary: "Say no, or withdraw what you asked for",
        params,
        body: rejectRequest.nullish(),
        response: { 200: approvalAnswer, ...refusals },
      },
    },
    (request) => valueOf(desk.approvals.reject(request.who, request.params.id)),
  );
};
