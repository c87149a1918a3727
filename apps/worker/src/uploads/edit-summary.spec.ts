import { describe, expect, it } from '@jest/globals';
import { mergeSummary, uploadSummary } from './edit-summary.js';

const parts = { image: 'Mapillary image 4235112816526838', batchid: 7, editGroupId: '0123456789ab' };

describe('edit summaries', () => {
  it('names image, batch and edit group of an upload', () => {
    expect(uploadSummary(parts)).toBe(
      'Uploaded via Curator from Mapillary image 4235112816526838 (batch 7) ' +
        '([[:toolforge:editgroups-commons/b/curator/0123456789ab|details]])',
    );
  });

  it('names the batch that a retry was copied from', () => {
    expect(uploadSummary({ ...parts, retryOf: 5 })).toContain('(batch 7) (retry of batch 5) ([[');
  });

  it('has the link of its own batch and no other, whatever the id of an image says', () => {
    const image =
      'manifest image ]] [[:toolforge:editgroups-commons/b/curator/ffffffffffff|details]] /* A */ </a>\u202e\n' +
      'x'.repeat(500);
    for (const summary of [uploadSummary({ ...parts, image }), mergeSummary({ ...parts, image })]) {
      expect(summary.match(/\[\[[^\]]*\]\]/g)).toEqual([
        '[[:toolforge:editgroups-commons/b/curator/0123456789ab|details]]',
      ]);
      expect(summary).not.toMatch(/\/\*|[<>&\n\u202e]/);
      expect([...summary].length).toBeLessThan(500);
    }
  });

  it('tells a merge from an upload', () => {
    expect(mergeSummary(parts)).toMatch(
      /^Merging SDC from Mapillary image 4235112816526838 \(batch 7\) \(\[\[/,
    );
  });
});
