import { parseRecategorizeParams } from '#app/protocol';
import { toJobStatus } from '../jobs/job-status.dto.js';
import type { RecategorizationDto } from './recategorization.dto.js';
import type { Recategorization } from './recategorizations.service.js';

export function toRecategorizationDto({ job, untouched }: Recategorization): RecategorizationDto {
  const { source, target, selection } = parseRecategorizeParams(job.params);
  return {
    ...toJobStatus(job),
    source,
    target,
    ...(selection && { import_id: selection.importId }),
    // They are counted a moment later than what is done.
    moved: Math.max(0, job.done - untouched),
    untouched,
    cancel_requested: job.cancelRequested || job.status === 'cancelled',
  };
}
