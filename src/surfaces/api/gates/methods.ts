import type { FastifyReply, FastifyRequest } from "fastify";
import type { Facts } from "../problems.ts";

/** Which methods there are at which path: to tell a wrong method from a wrong path. */
export class Methods {
  readonly #routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  learn({ url, method }: { readonly url: string; readonly method: string | readonly string[] }): void {
    const pattern = url
      .replaceAll(/[.+?^$()[\]{}|\\]/g, String.raw`\$&`)
      .replaceAll("*", ".*")
      .replaceAll(/:[A-Za-z]+/g, "[^/]+");
    this.#routes.push({ pattern: new RegExp(`^${pattern}$`), methods: [method].flat() });
  }

  /** Nothing is there; or something is, and is asked for otherwise. Neither the path nor the query is repeated. */
  refusal({ method, path }: FastifyRequest, reply: FastifyReply): Facts {
    const known = this.#routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
    if (known.length === 0)
      return {
        status: 404,
        code: "not_found",
        detail: `there is no ${method} at this path; /docs lists what there is`,
      };
    const allowed = [...new Set(known)].toSorted().join(", ");
    reply.header("allow", allowed);
    return { status: 405, code: "method_not_allowed", detail: `there is no ${method} at this path, but ${allowed}` };
  }
}

/** A parameter that stands twice in the query; null when none does. */
export function repeatedParameter({ url }: FastifyRequest): Facts | null {
  if (!url.includes("&")) return null;
  const query = url.split("?").slice(1).join("?");
  const names = [...new URLSearchParams(query).keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return null;
  const message = "stands twice in the query; name it once";
  // A name that is none of ours may be anything, and is not repeated.
  const path = /^[a-z_]{1,32}$/.test(twice) ? twice : "querystring";
  return { status: 422, code: "invalid_request", detail: `${path}: ${message}`, errors: [{ path, message }] };
}
