import { describe, expect, it } from '@jest/globals';
import { aFlickrPhoto } from '../testing/a-flickr-photo.js';
import { MemoryCache } from '../testing/memory-cache.js';
import { PhotoShelf } from './photo-shelf.js';

describe('PhotoShelf', () => {
  it('gives photos back as they were, for as long as it should', async () => {
    const cache = new MemoryCache();
    const shelf = new PhotoShelf(cache, 77);
    const photo = aFlickrPhoto();
    await shelf.keep([photo]);
    expect(await shelf.find(photo.id)).toEqual(photo);
    expect(await shelf.find('1')).toBeNull();
    expect([...cache.lifetimes.values()]).toEqual([77]);
  });
});
