let findCurrent: () => string | null = () => null;

/**
 * The trace that the running code belongs to, as the value of a `traceparent` header; null where nobody traces. What is left to
 * another process takes it along.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export const currentTraceparent = (): string | null => findCurrent();

/** Told once, by a process that traces. */
export const carryTraces = (find: () => string | null): void => {
  findCurrent = find;
};
