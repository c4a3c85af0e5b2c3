import type { FastifyRequest } from "fastify";
import type { Operator } from "#domain/operator.ts";
import type { Shown } from "../auth.ts";
import type { Peer } from "./peer.ts";

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

/** Whose limit a request counts against. */
export const isKnown = ({ shown }: FastifyRequest): boolean =>
  shown.by === "bearer" || shown.by === "session" || shown.by === "local";
