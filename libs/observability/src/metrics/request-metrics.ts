import type { ObservedRequest, RequestObserver } from '#app/protocol';
import type { Metrics } from './metrics.js';
import { toRequestOutcome } from './request-outcome.js';

/** Counts and times requests to upstreams. */
export class RequestMetrics implements RequestObserver {
  constructor(private readonly metrics: Metrics) {}

  begin({ upstream, action }: ObservedRequest): (outcome: string) => void {
    const startedAt = performance.now();
    return (code) => {
      const seconds = (performance.now() - startedAt) / 1_000;
      const outcome = toRequestOutcome(code);
      this.metrics.count('curator_upstream_requests_total', { upstream, action, outcome });
      this.metrics.observe('curator_upstream_request_duration_seconds', { upstream, action }, seconds);
    };
  }
}

/** Several observers as one. */
export const observeWithAll = (observers: readonly RequestObserver[]): RequestObserver => ({
  begin(request) {
    const ends = observers.map((observer) => observer.begin(request));
    return (outcome) => {
      for (const end of ends) end(outcome);
    };
  },
});
