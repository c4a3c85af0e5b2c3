const TOKEN_LENGTH = 32;
const LEAST_BITS = 128;
const KNOWN_SECRETS = new Set(["change-me", "changeme", "devtoken123", "password", "secret", "test"]);
/** A longer run of one character counts as one: chance hardly makes such a run. */
const RUN = /(.)\1{6,}/gs;
/** A block that is said three times or more counts once. */
const BLOCK = /^(.+?)\1{2,}$/s;
/** With fewer different characters than these, they are all the alphabet there is. */
const FEW = 8;
const ALPHABETS: readonly (readonly [pattern: RegExp, size: number])[] = [
  [/^[0-9]+$/, 10],
  [/^[0-9a-f]+$|^[0-9A-F]+$/, 16],
  [/^[a-z]+$|^[A-Z]+$/, 26],
  [/^[0-9a-z]+$|^[0-9A-Z]+$/, 36],
  [/^[0-9A-Za-z_+/=-]+$/, 64],
];

/** Why a token is too easily guessed; null when it is not. Never repeats it. */
export function tokenWeakness(token: string): string | null {
  if (token.length < TOKEN_LENGTH || KNOWN_SECRETS.has(token))
    return `must be set to at least ${TOKEN_LENGTH} characters of your own`;
  const bits = estimatedBits(token);
  return bits >= LEAST_BITS
    ? null
    : `must be random: it holds about ${Math.floor(bits)} bits, at least ${LEAST_BITS} are needed`;
}

/** What somebody would have to try who knows how it was made, and not more than that. */
function estimatedBits(token: string): number {
  const block = BLOCK.exec(token)?.[1] ?? token;
  const length = block.replace(RUN, "$1").length;
  const different = new Set(block).size;
  const alphabet = different < FEW ? different : (ALPHABETS.find(([pattern]) => pattern.test(block))?.[1] ?? 94);
  return length * Math.log2(alphabet);
}
