/** Names of the image sources, as clients send them in `handler`. */
export const IMAGE_SOURCE_NAMES = ['mapillary', 'flickr', 'manifest'] as const;
export type ImageSourceName = (typeof IMAGE_SOURCE_NAMES)[number];

/** A caption: text in one language. */
export interface Label {
  language: string;
  value: string;
}

export interface FileLink {
  /** Page title with its namespace, `File:Street.jpg`. */
  title: string;
  /** Percent-encoded address of the file page. */
  url: string;
}

/** Why an upload did not become a new file, as clients receive it. */
export type StructuredError =
  | { type: 'error'; message: string }
  | { type: 'title_blacklisted'; message: string }
  | {
      type: 'duplicate' | 'duplicated_sdc_updated' | 'duplicated_sdc_not_updated';
      message: string;
      links: FileLink[];
    };

export interface Creator {
  id: string;
  username: string;
  profile_url: string;
}

export interface ImageLocation {
  /** Degrees, WGS 84. */
  latitude: number;
  longitude: number;
  /** Degrees clockwise from north, 0 ≤ angle < 360. */
  compass_angle?: number;
  /** Metres or the source's own scale, as an integer. */
  accuracy?: number;
  city?: string;
  county?: string;
  state?: string;
  country?: string;
  country_code?: string;
  postcode?: string;
}

/** One image of a collection, as clients show it. */
export interface MediaImage {
  id: string;
  title: string;
  /** `taken` is ISO 8601 in UTC. */
  dates: { taken: string };
  creator: Creator;
  location: ImageLocation;
  /** File pages on Commons that already show this image. */
  existing: { url: string }[];
  urls: { url: string; original: string; preview: string; thumbnail: string };
  /** Pixels. */
  dimensions: { width: number; height: number };
  camera: { make?: string; model?: string; is_pano: boolean };
  description?: string;
  /** Short name of the licence, `CC BY-SA 4.0`. */
  license?: string;
  tags?: string[];
}
