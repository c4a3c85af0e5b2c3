import { health, readiness } from "#contract/control.ts";
import { problem } from "#contract/problem.ts";
import { sendProblem } from "../problems.ts";
import { bytesOf, sendBytes } from "../prepared.ts";
import type { Routes } from "../route.ts";

/** Alive, and ready to serve. HOLD is ready to serve; it is not ready to trade. */
export const healthRoutes: Routes = (api, { desk, version }) => {
  const tags = ["health"];
  const alive = bytesOf(health, { status: "ok", version });
  for (const path of ["/healthz", "/health", "/livez"]) {
    api.get(path, { schema: { tags, summary: "Alive", response: { 200: health, 503: problem } } }, (request, reply) => {
      const faults = desk.vitalFaults();
      if (faults.length === 0) return sendBytes(reply, alive);
      return sendProblem(request, reply, { status: 503, code: "not_alive", detail: faults.join("; ") }) as never;
    });
  }
  for (const path of ["/readyz", "/live-readiness"]) {
    api.get(
      path,
      { schema: { tags, summary: "Ready, or why not", response: { 200: readiness, 503: readiness } } },
      async (_request, reply) => {
        const { ready, reasons } = desk.control.readiness();
        reply.code(ready ? 200 : 503);
        return { ready, reasons: [...reasons], mode: desk.control.state().mode, version };
      },
    );
  }
};
