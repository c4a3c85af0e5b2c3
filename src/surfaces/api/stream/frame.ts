const FINAL_TEXT = 0x81;
const SHORT = 126;
const LONG = 127;
const SHORT_MOST = 0xffff;

/**
 * One text message as a server writes it to the wire: whole, in one frame, without a mask. It is made once and written
 * to every listener as it is.
 *
 * @see RFC 6455, 5.2
 */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const header = Buffer.alloc(length < SHORT ? 2 : length <= SHORT_MOST ? 4 : 10);
  header[0] = FINAL_TEXT;
  if (length < SHORT) header[1] = length;
  else if (length <= SHORT_MOST) {
    header[1] = SHORT;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = LONG;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}
