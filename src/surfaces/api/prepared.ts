import type { FastifyReply } from "fastify";
import type { z } from "zod";

/** Bytes of an answer. A schema is asked once, when they are made, and not by every reader. */
export const bytesOf = <Schema extends z.ZodType>(schema: Schema, value: z.input<Schema>): Buffer =>
  Buffer.from(JSON.stringify(schema.parse(value)));

/** Bytes as they are. What a handler gives back is typed as an answer; this one is under way already. */
export const sendBytes = (reply: FastifyReply, bytes: Buffer): never =>
  reply.type("application/json; charset=utf-8").send(bytes) as never;

/** Answers that everybody of an audience gets alike, made again only when what they are made from is another. */
export class Prepared {
  readonly #made = new Map<string, Buffer>();
  #basis: readonly unknown[] = [];

  /**
   * @param basis the very values it is made from; null: it is good for this once
   * @param name of the answer and its audience
   */
  of(basis: readonly unknown[] | null, name: string, make: () => Buffer): Buffer {
    if (basis === null) return make();
    if (basis.length !== this.#basis.length || basis.some((each, at) => each !== this.#basis[at])) {
      this.#made.clear();
      this.#basis = basis;
    }
    const made = this.#made.get(name) ?? make();
    this.#made.set(name, made);
    return made;
  }
}
