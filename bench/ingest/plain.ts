import { WebSocket } from "ws";
import { SortedDoubles } from "../decode/peers.ts";
import { type Brief, type Receiver, inputOfBrief, okxRequest, streamPath } from "./receiver.ts";

interface Said {
  readonly event?: string;
}

/** `ws`, `JSON.parse` and sorted doubles: what most bots write. */
export async function openPlain(brief: Brief): Promise<Receiver> {
  const doubles = new SortedDoubles(inputOfBrief(brief));
  const finished = Promise.withResolvers<number>();
  let heard = 0;
  const socket = new WebSocket(`ws://127.0.0.1:${brief.port}/bare${streamPath(brief)}`, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  const subscribed = Promise.withResolvers<void>();
  socket.on("message", (data: Buffer) => {
    const parsed = JSON.parse(data.toString()) as Said;
    if (parsed.event !== undefined) return subscribed.resolve();
    doubles.take(parsed as never);
    heard += 1;
    if (doubles.sequence === brief.lastId) finished.resolve(heard);
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  if (brief.venue === "okx") {
    socket.send(okxRequest(brief));
    await subscribed.promise;
  }
  return { finished: finished.promise, state: () => doubles.state(), close: () => socket.terminate() };
}
