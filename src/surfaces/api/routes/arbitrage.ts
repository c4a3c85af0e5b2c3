import { z } from "zod";
import {
  confirmAnswer,
  confirmRequest,
  edgeAnswer,
  executeAnswer,
  executeRequest,
  opportunitiesAnswer,
  opportunityAnswer,
  preview,
  previewRequest,
  skippedAnswer,
} from "#contract/trading.ts";
import { refused } from "#desk/answer.ts";
import { ANONYMOUS } from "#domain/operator.ts";
import { HOUR, type Instant, after } from "#domain/time.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";

const DAY_MS = 24 * HOUR;

/** Looking at gaps and taking them. */
export const arbitrageRoutes: Routes = (api, { desk, doorkeeper }) => {
  const tags = ["arbitrage"];

  api.post(
    "/api/arb/preview",
    {
      schema: {
        tags,
        summary: "What would a hedge cost and bring now?",
        body: previewRequest,
        response: { 200: preview, ...refusals },
      },
    },
    (request) => {
      const { symbol, pair, min_spread = 0, slippage_bps } = request.body;
      const notional = request.body.notional ?? request.body.notional_usdt;
      const ask = { symbol: symbol ?? pair ?? "", minSpread: min_spread, notional, slippageBps: slippage_bps };
      return valueOf(desk.pricing.preview(ask));
    },
  );

  api.post(
    "/api/arb/execute",
    {
      schema: {
        tags,
        summary: "Open a hedge now, at this size, if the spread is still there",
        body: executeRequest,
        response: { 200: executeAnswer, ...refusals },
      },
    },
    async (request) => {
      const { pair, symbol = pair ?? "", min_spread, notion_usdt, notional_usdt, leverage } = request.body;
      const ask = { symbol, minSpread: min_spread, notional: notion_usdt ?? notional_usdt ?? 0, leverage };
      return valueOf(await desk.trading.execute({ ...ask, claim: request.claim ?? undefined }));
    },
  );

  api.post(
    "/api/arb/confirm",
    {
      schema: {
        tags,
        summary: "Take an opportunity by its id",
        body: confirmRequest,
        response: { 200: confirmAnswer, ...refusals },
      },
    },
    async (request) => {
      const { opportunity_id, token } = request.body;
      const { who } = request;
      const byBody = token === undefined ? null : doorkeeper.ofToken(token);
      // A token in the body must be the caller's own: nobody confirms in another's name.
      const own = who.name === ANONYMOUS.name || !doorkeeper.enabled || byBody?.name === who.name;
      const speaks = token === undefined ? (doorkeeper.enabled ? who : null) : own ? byBody : null;
      if (speaks?.role !== "operator") {
        return valueOf(
          refused(401, "invalid_token", "a confirm needs the operator's token, in the body or as a bearer credential"),
        );
      }
      return valueOf(await desk.trading.confirm(opportunity_id, request.claim ?? undefined));
    },
  );

  api.get(
    "/api/arb/opportunity",
    { schema: { tags, summary: "The best candidate", response: { 200: opportunityAnswer, ...refusals } } },
    () => {
      const { last, status } = desk.trading.best();
      return { last_opportunity: last, status };
    },
  );

  api.get(
    "/api/arb/opportunities",
    {
      schema: {
        tags,
        summary: "Every pair and direction that pays now, best first",
        querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
        response: { 200: opportunitiesAnswer, ...refusals },
      },
    },
    (request) => ({ items: [...desk.trading.opportunities(request.query.limit)] }),
  );

  api.get(
    "/api/arb/edge",
    {
      schema: {
        tags,
        summary: "Per pair and direction: mids, fees, funding, all-in, executable size",
        querystring: z.strictObject({ symbol: z.string().max(40).optional() }),
        response: { 200: edgeAnswer, ...refusals },
      },
    },
    (request) => ({ items: [...valueOf(desk.pricing.edges(request.query.symbol))] }),
  );

  api.get(
    "/api/arb/skipped",
    {
      schema: {
        tags,
        summary: "Why we did not trade: counts and last examples per reason",
        querystring: z.strictObject({ since: z.iso.datetime({ offset: true }).optional() }),
        response: { 200: skippedAnswer, ...refusals },
      },
    },
    (request) => {
      const { since } = request.query;
      const from = since === undefined ? after(desk.now(), -DAY_MS) : (Date.parse(since) as Instant);
      return desk.books.skipped(from);
    },
  );
};
