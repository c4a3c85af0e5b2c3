import { z } from "zod";
import { reasonRequest } from "#contract/control.ts";
import { closeAnswer, ordersAnswer, pnlAnswer, positionsAnswer } from "#contract/trading.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

/** What we hold, what we sent, what it earned; and closing one hedge. */
export const booksRoutes: Routes = (api, { desk }) => {
  const tags = ["books"];

  api.get(
    "/api/ui/positions",
    {
      schema: {
        tags,
        summary: "Hedges, newest first, with both legs and the five parts of their result",
        querystring: z.strictObject({ all: z.enum(["true", "false"]).default("false") }),
        response: { 200: positionsAnswer, ...refusals },
      },
    },
    (request) => desk.books.positions(request.query.all === "true"),
  );

  api.post(
    "/api/ui/positions/:id/close",
    {
      schema: {
        tags,
        summary: "Close one hedge, both legs together, reduce-only",
        params: z.object({ id: z.string().min(4).max(40) }),
        body: reasonRequest.nullish(),
        response: { 200: closeAnswer, ...refusals },
      },
    },
    async (request) => valueOf(await desk.trading.close(request.params.id)),
  );

  api.get(
    "/api/ui/orders",
    {
      schema: {
        tags,
        summary: "Our orders, newest first",
        querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
        response: { 200: ordersAnswer, ...refusals },
      },
    },
    (request) => ({ orders: [...desk.books.orders(request.query.limit)] }),
  );

  api.get(
    "/api/ui/pnl",
    { schema: { tags, summary: "The result, by cause", response: { 200: pnlAnswer, ...refusals } } },
    () => desk.books.pnl(),
  );
};
