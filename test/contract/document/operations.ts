/** A schema as it stands in the document. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly in: "query" | "path" | "header";
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Item {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

export interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Item>>>>;
}

/** One method at one path, and everything the document says of it. */
export interface Operation {
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  /** It may be asked without a body. */
  readonly bodyMayMiss: boolean;
  readonly responses: Readonly<Record<string, Content>>;
}

export function operationsOf({ paths }: Document): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase() as Operation["method"],
      path,
      parameters,
      body: requestBody?.content?.["application/json"]?.schema ?? null,
      bodyMayMiss: requestBody?.required !== true,
      responses,
    })),
  );
}

export const parametersIn = ({ parameters }: Operation, place: Parameter["in"]): readonly Parameter[] =>
  parameters.filter((parameter) => parameter.in === place);

export const isReading = ({ method }: Operation): boolean => method === "GET";
