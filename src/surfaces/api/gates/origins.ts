import type { FastifyRequest } from "fastify";
import type { Facts } from "../problems.ts";
import { isReading } from "./lanes.ts";

/** What only a page of somebody else's would send with an act; null when nothing of the kind was sent. */
export function foreignOrigin({ method, headers, peer }: FastifyRequest): Facts | null {
  if (isReading(method)) return null;
  const site = headers["sec-fetch-site"];
  const foreignSite = site === "cross-site" || site === "same-site";
  if (!foreignSite && (headers.origin === undefined || isOwnOrigin(headers.origin, peer.host))) return null;
  return {
    status: 403,
    code: "foreign_origin",
    detail: "acts are taken from our own pages only, not from another site's",
  };
}

/** Whether a page of this origin is one of ours. */
export function isOwnOrigin(origin: string, host: string | null): boolean {
  const parsed = URL.parse(origin);
  const ours = URL.parse(`${parsed?.protocol ?? "http:"}//${host ?? ""}`);
  return parsed !== null && ours !== null && /^https?:$/.test(parsed.protocol) && parsed.host === ours.host;
}

/** A body in a coding or a set of letters we do not read; null when there is none. */
export function unreadableBody({ headers }: FastifyRequest): Facts | null {
  const coding = headers["content-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "identity")
    return { status: 415, code: "unsupported_encoding", detail: "send the body as it is, without a content-encoding" };
  const charset = /;\s*charset="?([^";]+)/i.exec(headers["content-type"] ?? "")?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset.trim()))
    return { status: 415, code: "unsupported_media_type", detail: "a body is UTF-8" };
  return null;
}
