import { describe, expect, it } from '@jest/globals';
import type { Export } from '#app/persistence';
import { JOB_STATUSES, type JobStatus } from '#app/protocol';
import { toExportDto } from './to-export-dto.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const HOUR_MS = 3_600_000;

const anExport = (members: Partial<Export> = {}): Export => ({
  ...{ id: 7, userid: '1', jobId: 8, kind: 'batch', refId: 9, format: 'csv', storageId: null },
  ...{ status: 'complete', done: 3, total: 3, error: null, lastExportedAt: null },
  ...{ createdAt: NOW, updatedAt: NOW, startedAt: NOW, endedAt: NOW },
  file: {
    id: 5,
    name: 'a.csv',
    size: 10,
    rows: 3,
    dataAt: NOW,
    expiresAt: new Date(NOW.getTime() + HOUR_MS),
  },
  ...members,
});

describe('toExportDto', () => {
  it('tells where the file is as long as it is there', () => {
    const found = anExport();
    expect(toExportDto(found, NOW).file?.download).toBe('/api/exports/7/download');
    expect(toExportDto(found, new Date(NOW.getTime() + HOUR_MS)).file).toBeUndefined();
  });

  it.each(JOB_STATUSES.filter((status): status is Exclude<JobStatus, 'complete'> => status !== 'complete'))(
    'names no file that a download would refuse: %s',
    (status) => {
      expect(toExportDto(anExport({ status }), NOW).file).toBeUndefined();
    },
  );
});
