import { WebSocket } from "ws";
import { obey } from "../harness/obey.ts";

/** Many who listen, and count what they hear. */

const AT_ONCE = 50;
const SETTLED_MS = 50;
let heard = 0;
const sockets: WebSocket[] = [];

function open(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/ui/status/stream?channels=status`);
    sockets.push(socket);
    socket.on("message", (text: Buffer) => {
      if (text.length > SETTLED_MS * 100) heard += 1;
    });
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
}

obey({
  open: async ({ port, count }: { readonly port: number; readonly count: number }) => {
    for (let opened = 0; opened < count; opened += AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - opened) }, () => open(port)));
  },
  /** What all of them heard since they were asked last; they are given time to hear the end of it. */
  heard: async () => {
    for (let before = -1; before !== heard;) {
      before = heard;
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    }
    const all = heard;
    heard = 0;
    return all;
  },
});
