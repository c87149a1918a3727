import { describe, expect, it } from '@jest/globals';

import { RefusedError } from '#app/protocol';

import {
  confirmLicenses,
  describeDifferences,
  findLicense,
  findLicenseProblem,
  licenseName,
  type ListedLicense,
} from './flickr-licenses.js';
import { LISTED_LICENSES } from '../testing/listed-licenses.js';

const all = confirmLicenses(LISTED_LICENSES);
const isAccepted = (id: string, acceptsReview = false, confirmed = all): boolean =>
  findLicenseProblem(id, { confirmed, acceptsReview }) === null;
const without = (...ids: string[]): ListedLicense[] => LISTED_LICENSES.filter(({ id }) => !ids.includes(id));

describe('the licences of Flickr', () => {
  it.each([
    ['0', 'All Rights Reserved', false, false],
    ['1', 'CC BY-NC-SA 2.0', false, false],
    ['2', 'CC BY-NC 2.0', false, false],
    ['3', 'CC BY-NC-ND 2.0', false, false],
    ['4', 'CC BY 2.0', true, true],
    ['5', 'CC BY-SA 2.0', true, true],
    ['6', 'CC BY-ND 2.0', false, false],
    ['7', 'No known copyright restrictions', false, true],
    ['8', 'United States Government Work', false, true],
    ['9', 'CC0 1.0', true, true],
    ['10', 'Public Domain Mark 1.0', false, true],
    ['11', 'CC BY 4.0', true, true],
    ['12', 'CC BY-SA 4.0', true, true],
    ['13', 'CC BY-ND 4.0', false, false],
    ['14', 'CC BY-NC 4.0', false, false],
    ['15', 'CC BY-NC-SA 4.0', false, false],
    ['16', 'CC BY-NC-ND 4.0', false, false],
    ['17', 'Unknown Flickr licence 17', false, false],
    ['', 'Unknown Flickr licence ', false, false],
    ['04', 'Unknown Flickr licence 04', false, false],
  ])('%s is %s: accepted %s, with review %s', (id, name, accepted, withReview) => {
    expect(licenseName(id)).toBe(name);
    expect(isAccepted(id)).toBe(accepted);
    expect(isAccepted(id, true)).toBe(withReview);
  });

  it.each(LISTED_LICENSES.map(({ id }) => id))('%s is refused unless Flickr says what it is', (id) => {
    expect(isAccepted(id, true, confirmLicenses(without(id)))).toBe(false);
    expect(isAccepted(id, true, new Set())).toBe(false);
  });

  it('are refused when Flickr gives their number to another licence', () => {
    const renumbered = LISTED_LICENSES.map(({ id, url }) => ({ id: String((Number(id) + 1) % 17), url }));
    const confirmed = confirmLicenses(renumbered);
    const accepted = LISTED_LICENSES.map(({ id }) => id).filter((id) => isAccepted(id, true, confirmed));
    expect(accepted).toEqual([]);
  });

  it('are told by their address, however it is written', () => {
    const written = [
      { id: '4', url: 'http://creativecommons.org/licenses/by/2.0' },
      { id: '5', url: 'https://www.creativecommons.org/licenses/by-sa/2.0/deed.en' },
      { id: '8', url: 'http://www.usa.gov/copyright.shtml' },
      { id: '9', url: 'https://creativecommons.org/licenses/by/2.0/' },
      { id: '11', url: 'https://creativecommons.org.example/licenses/by/4.0/' },
    ];
    expect([...confirmLicenses(written)]).toEqual(['4', '5', '8']);
  });

  it('say why a photo cannot be taken, in a sentence', () => {
    for (const id of ['0', '2', '7', '99']) {
      const problem = findLicenseProblem(id, { confirmed: all, acceptsReview: false });
      expect(problem).toBeInstanceOf(RefusedError);
      expect(problem?.message).toMatch(/^[A-Z].+\.$/);
    }
    expect(findLicenseProblem('2', { confirmed: all, acceptsReview: true })?.message).toContain(
      'CC BY-NC 2.0',
    );
  });

  it('tell the operator where they differ', () => {
    expect(describeDifferences(LISTED_LICENSES)).toBeNull();
    const changed = [...without('4'), { id: '4', url: 'https://example.org' }, { id: '17', url: '' }];
    expect(describeDifferences(changed)).toMatch(/unknown: 17; not as expected: 4/);
  });

  it('have a template wherever they can be accepted', () => {
    for (const { id } of LISTED_LICENSES) {
      expect(findLicense(id)?.template !== undefined).toBe(isAccepted(id, true));
    }
  });
});
