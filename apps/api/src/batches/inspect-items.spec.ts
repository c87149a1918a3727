import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { RefusedError, type ImageSource, type UploadItemDto } from '#app/protocol';
import { InspectItems } from './inspect-items.js';

const anItem = (id: string, title = `Quay ${id}.jpg`): UploadItemDto => ({
  id,
  input: 'album',
  title,
  wikitext: '',
});

/** A source that refuses one image. */
const sourceOf = (refused: string): ImageSource & { asked: string[] } => {
  const asked: string[] = [];
  const unused = (): Promise<never> => Promise.reject(new Error('not asked for'));
  return {
    asked,
    name: 'flickr',
    imageLabel: 'Flickr photo',
    fetchCollection: unused,
    fetchCollectionIds: unused,
    fetchImagesBatch: unused,
    fetchImageMetadata: unused,
    fetchExistingPages: unused,
    findRefusals: async (ids) => {
      asked.push(...ids);
      return new Map([[refused, new RefusedError('flickr-license', 'Not free.')]]);
    },
  };
};

describe('InspectItems', () => {
  it('asks the source about the items that are sound otherwise', async () => {
    const source = sourceOf('2');
    const problems = await new InspectItems({ flickr: source }).findProblems('flickr', [
      anItem('1'),
      anItem('2'),
      anItem('3', 'no extension'),
    ]);
    expect(problems).toEqual([
      null,
      { type: 'error', message: 'flickr-license: Not free.' },
      { type: 'error', message: expect.stringContaining('filetype-missing') },
    ]);
    expect(source.asked).toEqual(['1', '2']);
  });

  it('leaves to the worker what the source has not told in time', async () => {
    const source = sourceOf('1');
    source.findRefusals = (_ids, signal) => Promise.reject(signal?.reason as Error);
    const items = [anItem('1'), anItem('2', 'no extension')];
    const inspection = new InspectItems({ flickr: source });
    expect(await inspection.findProblems('flickr', items, AbortSignal.abort())).toEqual([
      null,
      expect.objectContaining({ type: 'error' }),
    ]);
    source.findRefusals = () => Promise.reject(new TypeError('oops'));
    await expect(inspection.findProblems('flickr', items)).rejects.toThrow('oops');
  });

  it('takes nothing for a source that is not offered here', async () => {
    const inspection = new InspectItems({ flickr: sourceOf('1') });
    await expect(inspection.findProblems('mapillary', [anItem('1')])).rejects.toMatchObject({
      code: 'NOT_CONFIGURED',
      message: 'This server does not offer mapillary.',
    });
  });
});
