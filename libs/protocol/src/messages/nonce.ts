let last = 0;

/** The present time in ISO 8601 with microseconds, later than every one given before by this process. */
export const nextNonce = (now: number = Date.now()): string => {
  last = Math.max(last + 1, now * 1_000);
  const microseconds = last % 1_000_000;
  const seconds = new Date((last - microseconds) / 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(microseconds).padStart(6, '0')}Z`;
};
