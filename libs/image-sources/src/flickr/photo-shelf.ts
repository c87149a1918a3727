import type { Cache } from '#app/protocol';

import type { FlickrPhoto } from './flickr-photo.js';

/** Changes with the shape of FlickrPhoto. */
const PREFIX = 'flickr:photo:1:';
const AT_ONCE = 500;

/** Photos as the lists told of them, kept for as long as somebody looks at a collection and chooses from it. */
export class PhotoShelf {
  constructor(
    private readonly cache: Cache,
    private readonly ttlSeconds = 3_600,
  ) {}

  async keep(photos: readonly FlickrPhoto[]): Promise<void> {
    for (let start = 0; start < photos.length; start += AT_ONCE) {
      await Promise.all(
        photos
          .slice(start, start + AT_ONCE)
          .map((photo) => this.cache.keep(PREFIX + photo.id, JSON.stringify(photo), this.ttlSeconds)),
      );
    }
  }

  async find(id: string): Promise<FlickrPhoto | null> {
    const kept = await this.cache.find(PREFIX + id);
    return kept === null ? null : (JSON.parse(kept) as FlickrPhoto);
  }
}
