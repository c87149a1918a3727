import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Metrics } from '../metrics/metrics.js';
import { MonitoringModule } from '../monitoring.module.js';
import { HealthChecks } from './health-checks.js';

describe('HealthChecks', () => {
  let nest: TestingModule;
  let checks: HealthChecks;

  beforeEach(async () => {
    nest = await Test.createTestingModule({
      imports: [MonitoringModule.forRoot(new Metrics('api'))],
    }).compile();
    checks = nest.get(HealthChecks);
  });

  afterEach(() => nest.close());

  it('tells of each thing how it does', async () => {
    const report = await checks.run({
      database: () => undefined,
      queue: () => 'An administrator has paused it',
    });
    expect(report).toEqual({
      isUp: true,
      details: {
        database: { status: 'up', responseTime: expect.any(Number) },
        queue: { status: 'degraded', message: 'An administrator has paused it' },
      },
    });
  });

  it('is down when one thing is, and tells of the others as well', async () => {
    const report = await checks.run({
      database: () => Promise.reject(new Error('Gone')),
      redis: () => undefined,
    });
    expect(report.isUp).toBe(false);
    expect(report.details).toMatchObject({
      database: { status: 'down', message: 'Gone' },
      redis: { status: 'up' },
    });
  });

  it('waits for nothing that hangs', async () => {
    let isAborted = false;
    const hang = (signal: AbortSignal): Promise<void> =>
      new Promise(() => signal.addEventListener('abort', () => (isAborted = true)));
    const report = await checks.run({ database: hang, redis: () => undefined }, 20);
    expect(report).toMatchObject({
      isUp: false,
      details: { database: { status: 'down' }, redis: { status: 'up' } },
    });
    expect(isAborted).toBe(true);
  });
});
