/** What a person asked for, done or refused. A refusal names itself for machines and explains itself for people. */
export type DeskAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: DeskRefusal };

export interface DeskRefusal {
  /** Whose fault, in the terms of HTTP: 400 the market or a limit, 401 who, 403 control, 404 what, 409 when, 422 how, 429 how often, 502 a venue, 503 us. */
  readonly status: 400 | 401 | 403 | 404 | 409 | 422 | 429 | 502 | 503;
  readonly code: string;
  readonly says: string;
  /** The request that now waits for a second person. */
  readonly approval?: string;
}

export const done = <T>(value: T): DeskAnswer<T> => ({ ok: true, value });

export function refused(
  status: DeskRefusal["status"],
  code: string,
  says: string,
  approval?: string,
): { ok: false; refusal: DeskRefusal } {
  return { ok: false, refusal: { status, code, says, ...(approval === undefined ? {} : { approval }) } };
}
