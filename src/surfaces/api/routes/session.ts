import type { FastifyRequest } from "fastify";
import { sessionAnswer, sessionEnded, sessionRequest } from "#contract/session.ts";
import { refused } from "#desk/answer.ts";
import { isoTime } from "#domain/time.ts";
import { endedCookie, sessionCookie } from "../cookie.ts";
import { tooMany } from "../gates/too-many.ts";
import { valueOf } from "../problems.ts";
import { type Routes, refusals } from "../route.ts";
import { IDLE_MS, type Session } from "../sessions.ts";

/** Coming in with a browser, and going. */
export const sessionRoutes: Routes = (api, { desk, doorkeeper, strangers }) => {
  const tags = ["session"];
  const { sessions } = doorkeeper;
  const words = ({ who, cookie, until }: Session) => ({
    ...who,
    csrf: sessions.csrfOf(cookie),
    expires_at: isoTime(until),
    idle_seconds: IDLE_MS / 1_000,
  });
  const forget = ({ shown }: FastifyRequest): void => {
    if (shown.by !== "session") return;
    sessions.end(shown.session.cookie);
    desk.door.sessionEnded(shown.who);
  };

  api.get(
    "/api/ui/session",
    { schema: { tags, summary: "Who am I here?", response: { 200: sessionAnswer, ...refusals } } },
    ({ shown, who }) =>
      shown.by === "session"
        ? words(shown.session)
        : { name: who.name, role: who.role, csrf: "", expires_at: null, idle_seconds: 0 },
  );
  api.post(
    "/api/ui/session",
    {
      schema: {
        tags,
        summary: "Show a token once; a cookie that no script can read takes its place",
        body: sessionRequest,
        response: { 200: sessionAnswer, ...refusals },
      },
    },
    (request, reply) => {
      const { peer, body } = request;
      if (!doorkeeper.enabled)
        return valueOf(refused(409, "not_needed", "AUTH_ENABLED is false: no credential is asked for here"));
      const session = sessions.open(body.token);
      if (session === null) {
        const waitMs = strangers.knocked(peer.address);
        if (waitMs !== null) {
          const { code, detail } = tooMany(reply, { waitMs }, "wrong credentials from this address");
          return valueOf(refused(429, code, detail));
        }
        return valueOf(refused(401, "invalid_token", "this token is nobody's"));
      }
      forget(request);
      reply.header("set-cookie", sessionCookie(session.cookie, peer.secure));
      desk.door.sessionOpened(session.who, peer.address);
      return words(session);
    },
  );
  api.delete(
    "/api/ui/session",
    { schema: { tags, summary: "Leave", response: { 200: sessionEnded, ...refusals } } },
    (request, reply) => {
      forget(request);
      reply.header("set-cookie", endedCookie(request.peer.secure));
      return { ended: true as const };
    },
  );
};
