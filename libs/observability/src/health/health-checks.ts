import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';

/** How one thing does: `degraded` is told, and keeps nobody from being ready. */
export interface Health {
  status: 'up' | 'degraded' | 'down';
  /** Why; may name what only operators are to know. */
  message?: string;
  /** Milliseconds. */
  responseTime?: number;
}

export interface HealthReport {
  /** Nothing is down. */
  isUp: boolean;
  details: Record<string, Health>;
}

/** Looks how something does. @throws when it is down @returns why it is degraded, or nothing when it is up */
export type Probe = (signal: AbortSignal) => Promise<string | void> | string | void;

/** Milliseconds after which a probe that has not answered is down. */
const PROBE_MS = 1_500;

/** Asks several probes at once, each with a limit of time. */
@Injectable()
export class HealthChecks {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async run(probes: Readonly<Record<string, Probe>>, withinMs = PROBE_MS): Promise<HealthReport> {
    const indicators = Object.entries(probes).map(
      ([key, probe]) =>
        () =>
          this.ask(key, probe, withinMs),
    );
    const details = await this.check(indicators);
    const healths = Object.entries(details).map(([key, detail]) => [key, toHealth(detail)] as const);
    return {
      isUp: healths.every(([, { status }]) => status !== 'down'),
      details: Object.fromEntries(healths),
    };
  }

  private async ask(key: string, probe: Probe, withinMs: number): Promise<HealthIndicatorResult> {
    let degradation: string | undefined;
    const attempt = this.indicators.check(key).attempt(async ({ signal }) => {
      degradation = (await probe(signal)) ?? undefined;
    });
    const result = await attempt.withTimeout(withinMs);
    return degradation === undefined ? result : this.indicators.check(key).degraded(degradation);
  }

  private async check(indicators: (() => Promise<HealthIndicatorResult>)[]): Promise<HealthIndicatorResult> {
    try {
      return (await this.checks.check(indicators)).details;
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const answer = error.getResponse();
      if (typeof answer === 'object' && 'details' in answer) return answer.details as HealthIndicatorResult;
      throw error;
    }
  }
}

function toHealth(detail: HealthIndicatorResult[string] | undefined): Health {
  const known: Partial<HealthIndicatorResult[string]> & Readonly<Record<string, unknown>> = { ...detail };
  const { status = 'down', message, responseTime } = known;
  return {
    status,
    ...(typeof message === 'string' && { message }),
    ...(typeof responseTime === 'number' && { responseTime: Math.round(responseTime) }),
  };
}
