import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { bps } from "#domain/decimal.ts";
import { type Stage, stage } from "./stage.ts";

const FOLDER = join(import.meta.dirname, "../../src/contract");

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly anyOf?: readonly Schema[];
  readonly examples?: readonly unknown[];
}
interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Operation {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly requestBody?: { readonly content: { readonly "application/json": Media } };
  readonly responses: Readonly<Record<string, { readonly content?: { readonly "application/json"?: Media } }>>;
}

/** The examples of a body, wherever the document has them. */
function examplesOf({ schema, example, examples }: Media): readonly unknown[] {
  const named = Object.values(examples ?? {}).map(({ value }) => value);
  const nested = [schema, ...(schema.anyOf ?? [])].flatMap((each) => each.examples ?? []);
  return [...(example === undefined ? [] : [example]), ...named, ...nested];
}

const takesNothing = ({ schema }: Media): boolean =>
  [schema, ...(schema.anyOf ?? [])].every(
    ({ properties, anyOf }) => anyOf !== undefined || Object.keys(properties ?? {}).length === 0,
  );

let on: Stage;
let operations: readonly Operation[];
beforeAll(async () => {
  on = await stage({ settings: { exitTargetBps: bps("1000"), stopBps: bps("1000") } });
  const { paths } = (await on.ask("GET", "/openapi.json")).body as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase() as Operation["method"],
    })),
  );
});

test("every example of the contract is what its own schema says", async () => {
  const modules = readdirSync(FOLDER).filter((name) => name.endsWith(".ts"));
  let seen = 0;
  for (const name of modules) {
    const exported = (await import(join(FOLDER, name))) as Readonly<Record<string, unknown>>;
    for (const [word, schema] of Object.entries(exported)) {
      if (!(schema instanceof z.ZodType)) continue;
      for (const example of (schema.meta()?.["examples"] ?? []) as readonly unknown[]) {
        seen += 1;
        const parsed = schema.safeParse(example);
        expect([name, word, parsed.error?.issues ?? []]).toEqual([name, word, []]);
      }
    }
  }
  expect(seen).toBeGreaterThan(50);
});

test("everything that takes a body shows one", () => {
  const bare = operations.filter(({ requestBody }) => {
    const media = requestBody?.content["application/json"];
    return media !== undefined && !takesNothing(media) && examplesOf(media).length === 0;
  });
  expect(bare.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test("everything that answers in JSON shows an answer", () => {
  // It is made of answers that are shown where they are given alone.
  const whole = "/api/ui/state";
  const bare = operations.filter(({ path, responses }) => {
    const media = responses["200"]?.content?.["application/json"];
    const isJson = media !== undefined && (media.schema.properties !== undefined || media.schema.anyOf !== undefined);
    return isJson && path !== whole && examplesOf(media).length === 0;
  });
  expect(bare.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

describe("a request as it is shown", () => {
  /** What comes of some of them, sent in the order of the document to a bot that trades. */
  const EXPECTED: Readonly<Record<string, number>> = {
    "/api/arb/preview": 200,
    "/api/arb/execute": 200,
    "/api/deriv/setup": 200,
    "/api/ui/hold": 200,
    "/api/ui/config/validate": 200,
    "/api/ui/control": 200,
    "/api/ui/kill": 200,
    "/api/ui/close_exposure": 200,
  };

  test("is answered as it is documented, and never by a fault of ours", async () => {
    const wrong: unknown[] = [];
    let sent = 0;
    for (const { method, path, requestBody, responses } of operations) {
      const media = requestBody?.content["application/json"];
      if (media === undefined) continue;
      for (const example of takesNothing(media) ? [{}] : examplesOf(media)) {
        const answer = await on.ask(method, path.replace("{id}", "inNOBODY"), example);
        sent += 1;
        const documented = String(answer.status) in responses && answer.status < 500;
        const wanted = EXPECTED[path] ?? answer.status;
        if (!documented || answer.status !== wanted)
          wrong.push([method, path, answer.status, answer.body.detail, example]);
      }
    }
    expect(wrong).toEqual([]);
    expect(sent).toBeGreaterThan(25);
  });
});
