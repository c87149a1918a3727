const OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds of the machine's monotonic clock, the same in all its processes. See clock_gettime(2), CLOCK_MONOTONIC */
export const monotonicMs = (): number => OFFSET_MS + performance.now();
