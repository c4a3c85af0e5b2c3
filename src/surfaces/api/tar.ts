/** One file of an archive. */
export interface TarFile {
  readonly name: string;
  readonly content: Buffer;
}

const BLOCK = 512;
const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;
const LONGEST_NAME = 100;

/** The pieces of a ustar archive, in order; two empty blocks end it. */
export function* tarPieces(files: readonly TarFile[], modifiedSeconds: number): Generator<Buffer> {
  for (const { name, content } of files) {
    yield header(name, content.length, modifiedSeconds);
    yield content;
    yield Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
function header(name: string, size: number, modifiedSeconds: number): Buffer {
  if (Buffer.byteLength(name) > LONGEST_NAME)
    throw new RangeError(`a name in an archive has 100 bytes at most: ${name}`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write(octal(0o600, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(modifiedSeconds, 12), 136);
  block.write("0", 156);
  block.write("ustar\u000000", 257);
  // The sum is taken with blanks in its own place.
  block.fill(" ", CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_LENGTH);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, CHECKSUM_AT);
  return block;
}

/** A number as its field has it: digits, and a zero byte at the end. */
const octal = (value: number, length: number): string =>
  `${Math.floor(value)
    .toString(8)
    .padStart(length - 1, "0")}\u0000`;
