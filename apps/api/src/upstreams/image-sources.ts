import type { ImageSource, ImageSourceName } from '#app/protocol';

/** The sources that this server offers. */
export type ImageSources = Readonly<Partial<Record<ImageSourceName, ImageSource>>>;

export const IMAGE_SOURCES = Symbol('image sources');
