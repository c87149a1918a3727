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
  const onAbort = (): void => abort();
  signal?.addEventListener('abort', onAbort);
  // Not Promise.race: a promise that lasts as long as the whole keeps everything that was ever raced with it.
  const next = (): Promise<IteratorResult<T>> =>
    new Promise((resolve, reject) => {
      abort = () => reject(toError(signal?.reason));
      iterator.next().then(resolve, reject);
    });
  let isOver = false;
  try {
    for (let step = await next(); !step.done; step = await next()) {
      yield step.value;
      signal?.throwIfAborted();
    }
    isOver = true;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // What an abandoned source says no longer matters to anybody.
    if (!isOver) iterator.return?.().then(ended, ended);
  }
}
