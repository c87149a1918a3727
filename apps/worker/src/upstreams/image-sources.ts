import type { ImageSource, ImageSourceName } from '#app/protocol';

export const IMAGE_SOURCES = Symbol('IMAGE_SOURCES');

/** The sources this worker can fetch from. */
export type ImageSources = Readonly<Partial<Record<ImageSourceName, ImageSource>>>;
