import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type EventItem, eventItem, eventsExportQuery, portfolioExportQuery } from "#contract/events.ts";
import type { Desk } from "#desk/desk.ts";
import { isoTime } from "#domain/time.ts";
import type { Column } from "../csv.ts";
import { type Routes, refusals } from "../route.ts";
import { type Table, type TableFormat, CONTENT_TYPES, formatOf, tableText } from "../table.ts";
import { issueOf } from "./events.ts";

const EVENT_COLUMNS: readonly Column<EventItem>[] = [
  { name: "id", kind: "number", of: ({ id }) => id },
  { name: "ts", kind: "text", of: ({ ts }) => ts },
  { name: "level", kind: "text", of: ({ level }) => level },
  { name: "code", kind: "text", of: ({ code }) => code },
  { name: "type", kind: "text", of: ({ type }) => type },
  { name: "venue", kind: "text", of: ({ venue }) => venue },
  { name: "symbol", kind: "text", of: ({ symbol }) => symbol },
  { name: "message", kind: "text", of: ({ message }) => message },
  { name: "payload", kind: "text", of: ({ payload }) => JSON.stringify(payload) },
];

/** A table in one of three types, with a name to save it under. */
const tableOf = (row: z.ZodType) => ({
  description: "a table as csv, json or ndjson, with a name to save it under",
  content: {
    "text/csv": { schema: z.string() },
    "application/json": { schema: z.array(row) },
    "application/x-ndjson": { schema: z.string() },
  },
});

/** The records, to take away. Never made whole here: a page is read when the reader has taken the one before. */
export const exportRoutes: Routes = (api, { desk }) => {
  const tags = ["records"];

  api.get(
    "/api/ui/events/export",
    {
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: "Events as a file: csv, json or ndjson, as many as there are",
        querystring: eventsExportQuery.superRefine((query, context) => {
          for (const trouble of desk.events.exportTroubles(query)) context.addIssue(issueOf(trouble));
        }),
        response: { 200: tableOf(eventItem), ...refusals },
      },
    },
    async (request, reply) => {
      const pages = await desk.events.exported(request.query);
      const sent = { desk, request, reply, name: "events", format: request.query.format };
      return sendTable(sent, { columns: EVENT_COLUMNS, shown: (row) => row, pages });
    },
  );

  api.get(
    "/api/ui/portfolio/export",
    {
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: "Hedges with their fees, their funding and the five parts of their result, to the last digit",
        querystring: portfolioExportQuery,
        response: { 200: tableOf(z.record(z.string(), z.unknown())), ...refusals },
      },
    },
    (request, reply) =>
      sendTable({ desk, request, reply, name: "portfolio", format: request.query.format }, desk.portfolio.table()),
  );
};

interface Sent {
  readonly desk: Desk;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly name: string;
  readonly format: TableFormat | undefined;
}

/** Writes the table to whoever asked, no faster than it is read. A reader that goes away ends the reading of pages. */
function sendTable<Row>({ desk, request, reply, name, format: asked }: Sent, rows: Table<Row>): never {
  const format = formatOf(asked, request.headers.accept);
  const stamp = isoTime(desk.now()).replaceAll(/[-:]|\.\d+/g, "");
  desk.events.tellExport(request.who.name, name, format);
  reply
    .header("content-type", CONTENT_TYPES[format])
    .header("content-disposition", `attachment; filename="propbot-${name}-${stamp}.${format}"`)
    .header("cache-control", "no-store")
    .send(Readable.from(tableText(format, rows), { objectMode: false }));
  // A reply under way is what a handler gives back instead of an answer; the types know answers alone.
  return reply as never;
}
