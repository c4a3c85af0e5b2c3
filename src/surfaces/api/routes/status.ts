import { statusComponents, statusOverview, statusSlo } from "#contract/status.ts";
import type { FastifyReply } from "fastify";
import type { z } from "zod";
import { amountsFor } from "#desk/status-desk.ts";
import type { Operator } from "#domain/operator.ts";
import { Prepared, bytesOf, sendBytes } from "../prepared.ts";
import { type Routes, refusals } from "../route.ts";

/** How everything stands. Readable without a credential, and then without amounts. */
export const statusRoutes: Routes = (api, { desk }) => {
  const tags = ["status"];
  const prepared = new Prepared();
  const answer = <Schema extends z.ZodType>(schema: Schema, make: (who: Operator) => z.input<Schema>, name: string) => {
    return ({ who }: { readonly who: Operator }, reply: FastifyReply): never => {
      const audience = `${name} ${amountsFor(who) ? "with" : "without"} amounts`;
      return sendBytes(
        reply,
        prepared.of(desk.status.basis(), audience, () => bytesOf(schema, make(who))),
      );
    };
  };

  api.get(
    "/api/ui/status/overview",
    { schema: { tags, summary: "Is it all right?", response: { 200: statusOverview, ...refusals } } },
    answer(statusOverview, (who) => desk.status.overview(who), "overview"),
  );
  api.get(
    "/api/ui/status/components",
    { schema: { tags, summary: "Every component", response: { 200: statusComponents, ...refusals } } },
    answer(statusComponents, (who) => desk.status.components(who), "components"),
  );
  api.get(
    "/api/ui/status/slo",
    {
      schema: {
        tags,
        summary: "The objectives, and since when one is missed",
        response: { 200: statusSlo, ...refusals },
      },
    },
    answer(statusSlo, (who) => desk.status.slo(who), "slo"),
  );
};
