const PIECE_BYTES = 65_536;

/** Many small texts as few large buffers, so that a row of a table does not cost a call to the system each. */
export async function* inPieces(
  content: AsyncIterable<Buffer | string>,
  pieceBytes = PIECE_BYTES,
): AsyncGenerator<Buffer, void, undefined> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const part of content) {
    const buffer = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    waiting.push(buffer);
    bytes += buffer.length;
    if (bytes >= pieceBytes) {
      yield Buffer.concat(waiting, bytes);
      waiting = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(waiting, bytes);
}
