const ended = (): void => undefined;

const toError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('Stopped', { cause: reason });

/** Ends a wait at once, and asks the source to end without waiting for it: one that hangs must not keep its reader. */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  signal?.throwIfAborted();
  const iterator = source[Symbol.asyncIterator]();
  let abort = ended;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(toError(signal?.reason));
  });
  aborted.catch(ended); // told to whoever waits below, or to nobody
  signal?.addEventListener('abort', abort);
  let isOver = false;
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done) break;
      yield next.value;
    }
    isOver = true;
  } finally {
    signal?.removeEventListener('abort', abort);
    // What an abandoned source says no longer matters to anybody.
    if (!isOver) iterator.return?.().then(ended, ended);
  }
}
