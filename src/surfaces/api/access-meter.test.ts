import fastify from "fastify";
import { expect, test } from "vitest";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { meterAccess } from "./access-meter.ts";

test.each([
  { header: '"reserved";q=60;w=60', policy: "reserved" },
  { header: "default;q=100", policy: "default" },
  { header: undefined, policy: "other" },
  { header: "?!", policy: "other" },
])("a request too many is told by its policy: $header", async ({ header, policy }) => {
  const api = fastify().withTypeProvider<ZodTypeProvider>();
  const told: unknown[] = [];
  meterAccess(api, {
    answered: (method, route, status, seconds) => told.push([method, route, status, seconds >= 0]),
    limited: (by) => told.push(by),
  });
  api.get("/thing/:id", (_request, reply) => {
    if (header !== undefined) reply.header("ratelimit-policy", header);
    return reply.code(429).send("");
  });
  await api.inject({ method: "GET", url: "/thing/7?x=1" });
  expect(told).toEqual([["GET", "/thing/:id", 429, true], policy]);
});
