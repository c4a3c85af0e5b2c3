import type { FastifyReply } from "fastify";
import type { Clock } from "#ports/clock.ts";
import type { Facts } from "../problems.ts";
import type { Api } from "../route.ts";

/** What is in flight gets so long to end when we stop. */
const DRAIN_MS = 5_000;

/** Knows that the server is being stopped, and tells whoever still asks. */
export class Stopping {
  #begun = false;

  constructor(api: Api) {
    api.addHook("preClose", (done) => {
      this.#begun = true;
      done();
    });
  }

  /** No new connection; what is in flight ends, and what does not in time is cut. */
  static async drain(api: Api, clock: Clock): Promise<void> {
    const cut = clock.after(DRAIN_MS, () => api.server.closeAllConnections());
    await api.close();
    cut.stop();
  }

  refusal(reply: FastifyReply): Facts | null {
    if (!this.#begun) return null;
    reply.header("retry-after", 5);
    return { status: 503, code: "stopping", detail: "the process is being stopped" };
  }

  /** Whoever is answered now shall not ask again on this connection. */
  tell(reply: FastifyReply): void {
    if (this.#begun) reply.header("connection", "close");
  }
}
