import type { Api } from "../route.ts";
import { StreamDoor, type StreamDoorDeps } from "./door.ts";
import type { StreamHub } from "./hub.ts";

declare module "fastify" {
  interface FastifyInstance {
    hub: StreamHub;
  }
}

/** Lets listeners in beside the requests, until the server is stopped. */
export function openStream(api: Api, deps: StreamDoorDeps): void {
  const { hub } = deps;
  const door = new StreamDoor(deps);
  api.decorate("hub", hub);
  api.server.on("upgrade", (request, wire, head) => door.knock(request, wire, head));
  api.addHook("preClose", (done) => {
    hub.close();
    done();
  });
}
