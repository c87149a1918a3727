import type { UploadEdit } from '#app/persistence';
import type { EditUploadRequestDto } from './upload-request.dto.js';

/** The fields that were sent. */
export const toUploadEdit = (fields: EditUploadRequestDto): UploadEdit => {
  const { status, filename, wikitext, labels, copyright_override: copyrightOverride } = fields;
  const { error, result, success } = fields;
  return {
    ...(status !== undefined && { status }),
    ...(filename !== undefined && { filename }),
    ...(wikitext !== undefined && { wikitext }),
    ...(labels !== undefined && { labels: labels === null ? null : [labels] }),
    ...(copyrightOverride !== undefined && { copyrightOverride }),
    ...(error !== undefined && { error }),
    ...(result !== undefined && { result }),
    ...(success !== undefined && { success }),
  };
};
