/** Results of `work` in the order of `inputs`, while up to `ahead` further ones are already being worked on. */
export async function* inOrderAhead<In, Out>(
  inputs: readonly In[],
  ahead: number,
  work: (input: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const running: Promise<Out>[] = [];
  let next = 0;
  const start = (): void => {
    const input = inputs[next];
    if (input === undefined) return;
    next += 1;
    const result = work(input);
    // Whoever awaits it learns of a failure; until then it must not count as unhandled.
    result.catch(() => undefined);
    running.push(result);
  };
  for (let count = 0; count <= ahead; count += 1) start();
  for (let result = running.shift(); result !== undefined; result = running.shift()) {
    const output = await result;
    start();
    yield output;
  }
}
