import { describe, expect, it } from '@jest/globals';
import type { FileLink } from '#app/protocol';
import { mergeFiles, titlesToLookUp } from './merge-files.js';

const file = (name: string): FileLink => ({
  title: `File:${name}`,
  url: `https://commons.example/wiki/File:${name.replaceAll(' ', '_')}`,
});
const files = (...of: [id: string, ...names: string[]][]): Map<string, FileLink[]> =>
  new Map(of.map(([id, ...names]) => [id, names.map(file)]));
const NOTHING = new Map<string, never>();

describe('titlesToLookUp', () => {
  it('asks for nothing that the query service knows by the same title, however it is spelt', () => {
    const known = files(['1', 'a_street.jpg', 'Other.jpg'], ['2', 'B.jpg']);
    expect(titlesToLookUp(known, files(['1', 'A street.jpg']))).toEqual([]);
    expect(titlesToLookUp(known, NOTHING)).toEqual([]);
  });

  it('asks for what is new, and for what the image is known by', () => {
    const known = files(['1', 'Old.jpg'], ['2', 'B.jpg']);
    expect(titlesToLookUp(known, files(['1', 'New.jpg'], ['3', 'C.jpg', 'D.jpg']))).toEqual([
      'File:Old.jpg',
      'File:New.jpg',
      'File:C.jpg',
      'File:D.jpg',
    ]);
  });
});

describe('mergeFiles', () => {
  it('tells each file once, what the query service knows first', () => {
    const known = files(['1', 'A_street.jpg', 'Other.jpg']);
    expect(mergeFiles(known, files(['1', 'A street.jpg', 'Third.jpg'], ['2', 'B.jpg']), NOTHING)).toEqual(
      files(['1', 'A_street.jpg', 'Other.jpg', 'Third.jpg'], ['2', 'B.jpg']),
    );
  });

  it('follows files that were renamed, on whichever side the old title is', () => {
    const current = new Map([
      ['File:Old.jpg', file('New.jpg')],
      ['File:New.jpg', file('New.jpg')],
    ]);
    const expected = files(['1', 'New.jpg']);
    expect(mergeFiles(files(['1', 'New.jpg']), files(['1', 'Old.jpg']), current)).toEqual(expected);
    expect(mergeFiles(files(['1', 'Old.jpg']), files(['1', 'New.jpg']), current)).toEqual(expected);
  });

  it('leaves out what is gone, and keeps what could not be looked up', () => {
    const current = new Map([['File:Gone.jpg', null]]);
    const uploaded = files(['1', 'Gone.jpg', 'Unknown.jpg'], ['2', 'Gone.jpg']);
    expect(mergeFiles(NOTHING, uploaded, current)).toEqual(files(['1', 'Unknown.jpg']));
  });
});
