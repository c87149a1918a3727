/** An answer had more to say than is read. */
export class AnswerTooLongError extends Error {
  constructor(readonly maxBytes: number) {
    super(`The answer is longer than ${maxBytes} bytes`);
    this.name = 'AnswerTooLongError';
  }
}

/**
 * The text of a body that may be of any length, whatever it announces.
 * @throws AnswerTooLongError as soon as more than this many bytes have come, and what the body throws
 */
export async function readLimited(body: AsyncIterable<unknown>, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(String(part));
    size += bytes.length;
    if (size > maxBytes) throw new AnswerTooLongError(maxBytes);
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}
