import { describe, expect, it } from '@jest/globals';

import { aGraphImage } from '../testing/local-graph.js';
import { toMediaImage } from './to-media-image.js';

const WEB = 'https://www.mapillary.com';
const shown = (more: Record<string, unknown> = {}) => toMediaImage(aGraphImage('42', 0, more), WEB);

describe('toMediaImage', () => {
  it('shows everything a client needs', () => {
    expect(shown({ compass_angle: 335.83 })).toEqual({
      id: '42',
      title: 'Photo from Mapillary 2023-10-11 (42).jpg',
      dates: { taken: '2023-10-11T08:30:00.000Z' },
      creator: {
        id: '102718865306727',
        username: 'street_mapper',
        profile_url: 'https://www.mapillary.com/app/user/street_mapper',
      },
      location: { latitude: 52.521, longitude: 13.401, compass_angle: 335.83 },
      existing: [],
      urls: {
        url: 'https://www.mapillary.com/app/?pKey=42&focus=photo',
        original: 'https://cdn.example.org/42/original.jpg',
        preview: 'https://cdn.example.org/42/1024.jpg',
        thumbnail: 'https://cdn.example.org/42/256.jpg',
      },
      dimensions: { width: 4032, height: 3024 },
      camera: { make: 'Apple', model: 'iPhone 12', is_pano: false },
      license: 'CC BY-SA 4.0',
    });
  });

  it.each([
    [0, 0],
    [-0, -0],
    [359.99, 359.99],
    [360, undefined],
    [-1, undefined],
    [null, undefined],
    [undefined, undefined],
    ['12', undefined],
  ])('takes the heading %j as %j', (compass_angle, expected) => {
    expect(shown({ compass_angle })?.location.compass_angle).toBe(expected);
  });

  it.each([['none'], ['None'], [''], ['  '], [undefined], [null]])('knows no camera called %j', (name) => {
    expect(shown({ make: name, model: name, is_pano: true })?.camera).toEqual({ is_pano: true });
  });

  it('dates by UTC, whatever the zone of the server', () => {
    const image = shown({ captured_at: Date.UTC(2024, 0, 1, 0, 0, 0) - 1 });
    expect(image?.dates.taken).toBe('2023-12-31T23:59:59.999Z');
    expect(image?.title).toContain('2023-12-31');
  });

  it('links to people by what their names look like in an address', () => {
    expect(shown({ creator: { username: 'a/b ü', id: 7 } })?.creator).toEqual({
      id: '7',
      username: 'a/b ü',
      profile_url: 'https://www.mapillary.com/app/user/a%2Fb%20%C3%BC',
    });
    expect(shown({ creator: undefined })?.creator).toEqual({
      id: '',
      username: '',
      profile_url: `${WEB}/app/`,
    });
  });

  it('shows nothing without a time or a place', () => {
    expect(shown({ captured_at: undefined })).toBeNull();
    expect(shown({ geometry: undefined })).toBeNull();
    expect(shown({ geometry: { type: 'Point', coordinates: [] } })).toBeNull();
  });
});
