import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { UploadProgress } from '#app/protocol';
import { ProgressReport } from './progress-report.js';

describe('ProgressReport', () => {
  let told: UploadProgress[];
  let report: ProgressReport;

  beforeEach(() => {
    jest.useFakeTimers();
    told = [];
    report = new ProgressReport(7, (progress) => told.push(progress));
    report.begin(1_000);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('tells the first change at once and further ones four times a second at most', () => {
    for (let bytes = 100; bytes <= 1_000; bytes += 100) {
      report.received(bytes);
      jest.advanceTimersByTime(100);
    }
    expect(told.map(({ received }) => received)).toEqual([100, 300, 500, 800, 1_000]);
    jest.advanceTimersByTime(250);
    expect(told.at(-1)).toEqual({ id: 7, received: 1_000, sent: 0, size: 1_000 });
  });

  it('tells the last change when it ends', () => {
    report.received(10);
    report.sent(5);
    report.end();
    expect(told.at(-1)).toEqual({ id: 7, received: 10, sent: 5, size: 1_000 });
    jest.advanceTimersByTime(1_000);
    expect(told).toHaveLength(2);
  });

  it('starts again with a download that starts again', () => {
    report.received(900);
    report.begin(undefined);
    report.received(20);
    report.end();
    expect(told.at(-1)).toEqual({ id: 7, received: 20, sent: 0, size: 1_000 });
  });
});
