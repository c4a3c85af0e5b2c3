/** A viewer reads. An operator does everything, and approves what others have asked for. */
export type Role = "viewer" | "operator";

/** A person who asks something of us. Two credentials of one name are one person. */
export interface Operator {
  readonly name: string;
  readonly role: Role;
}

/** What a request, a refusal and the audit record call whoever has no credential of their own. */
export const ANONYMOUS: Operator = { name: "anonymous", role: "viewer" };

const NAME = /^[a-z][a-z0-9._-]{1,31}$/;

/** A name people may be given: lower case, so that nobody is two persons by a capital letter. */
export const isOperatorName = (name: string): boolean =>
  NAME.test(name) && name !== ANONYMOUS.name && name !== "system";
