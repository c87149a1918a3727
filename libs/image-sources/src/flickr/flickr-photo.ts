/** How exactly Flickr knows when a photo was taken. @see https://www.flickr.com/services/api/misc.dates.html */
export type TakenPrecision = 'day' | 'month' | 'year' | 'circa';

export interface PhotoSize {
  url: string;
  /** Pixels; 0 where Flickr does not say. */
  width: number;
  height: number;
  /** The file as it was uploaded to Flickr. */
  isOriginal: boolean;
}

/** A public photo of Flickr, in the same shape whichever method told of it. Plain data: it can be kept as JSON. */
export interface FlickrPhoto {
  id: string;
  isVideo: boolean;
  title: string;
  /** Plain text. */
  description: string;
  tags: readonly string[];
  /** Number of the licence, see flickr-licenses.ts; empty when Flickr does not tell. */
  license: string;
  /** Whether its owner and Flickr deem it fit for everyone. */
  isSafe: boolean;
  owner: {
    nsid: string;
    username: string;
    /** Empty where not told. */
    realname: string;
    /** The name in the owner's addresses; empty where there is none. */
    alias: string;
  };
  /** When it came to Flickr, Unix seconds. */
  postedAt: number;
  /** Absent when unknown. The camera's own clock: a time without a zone. */
  taken?: { date: string; time: string; precision: TakenPrecision };
  /** Absent when unknown or not public. `accuracy`: 1 (world) to 16 (street). */
  location?: { latitude: number; longitude: number; accuracy: number };
  /** From the smallest to the largest; at least one. */
  sizes: readonly PhotoSize[];
}
