const PIECE_BYTES = 65_536;

/** The same bytes in buffers of one size, only the last one shorter: neither a call for each row nor memory for the whole. */
export async function* inPieces(
  content: AsyncIterable<Buffer | string>,
  pieceBytes = PIECE_BYTES,
): AsyncGenerator<Buffer, void, undefined> {
  let piece = Buffer.allocUnsafe(pieceBytes);
  let filled = 0;
  for await (const part of content) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    let taken = 0;
    while (taken < bytes.length) {
      const count = bytes.copy(piece, filled, taken);
      taken += count;
      filled += count;
      if (filled === pieceBytes) {
        yield piece;
        piece = Buffer.allocUnsafe(pieceBytes); // the reader may still hold the one before
        filled = 0;
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
