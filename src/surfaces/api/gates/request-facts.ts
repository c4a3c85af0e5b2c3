import type { FastifyReply, FastifyRequest } from "fastify";
import { ANONYMOUS, type Operator } from "#domain/operator.ts";
import type { Shown } from "../auth.ts";
import { guardedHeaders } from "./headers.ts";
import type { Peer, Peers } from "./peer.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; `anonymous` where no credential is needed and none was sent. */
    who: Operator;
    /** By what they are known. */
    shown: Shown;
    /** Where they ask from. */
    peer: Peer;
    /** What they ask for, without what follows a question mark. */
    path: string;
    /** Of an act that is done once: goes on record with what it begins. */
    claim: string | null;
  }
}

/** The first look at a request: where it comes from and what it is for. Its answer is guarded, whatever it will be. */
export function meet(request: FastifyRequest, reply: FastifyReply, peers: Peers): void {
  request.peer = peers.of(request.raw);
  request.path = request.url.split("?")[0] ?? "";
  request.who = ANONYMOUS;
  request.shown = { by: "nothing", who: ANONYMOUS };
  request.claim = null;
  reply.headers(guardedHeaders(request.path)).header("x-request-id", request.id);
}

/** Somebody who is somebody. */
export const isKnown = ({ shown }: FastifyRequest): boolean =>
  shown.by === "bearer" || shown.by === "session" || shown.by === "local";
