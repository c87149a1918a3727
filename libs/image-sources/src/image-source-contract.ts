import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  RefusedError,
  type FileLink,
  type ImageSource,
  type ImageSourceName,
  type MediaImage,
} from '#app/protocol';

/** A source in front of an upstream whose contents are known. */
export interface ImageSourceCase {
  source: ImageSource;
  /** What people may type for one and the same collection, its id among them. */
  inputs: readonly string[];
  collectionId: string;
  /** All images that exist of this collection, in capture order; at least two. */
  imageIds: readonly string[];
  /** Well-formed, but the upstream does not have them. */
  missing: { input: string; imageId: string };
  /** Nothing that this source could understand. */
  malformedInput: string;
  large: { input: string; imageIds: readonly string[] };
  /** Absent: nothing on Commons names images of this source. */
  existing?: { imageId: string; pages: FileLink[] };
  /** The source does not tell how large its images are. */
  lacksDimensions?: boolean;
  close(): Promise<void>;
}

const isPlain = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isPlain);
  return value !== null && value !== undefined && !Number.isNaN(value);
};

function expectCompleteImage(image: MediaImage, { lacksDimensions = false }: ImageSourceCase): void {
  expect(isPlain(image)).toBe(true); // optional fields are absent, never null
  expect(image.id).not.toBe('');
  expect(image.title).toMatch(/\.\w{3,4}$/);
  expect(new Date(image.dates.taken).toISOString()).toBe(image.dates.taken);
  expect(Math.abs(image.location.latitude)).toBeLessThanOrEqual(90);
  expect(Math.abs(image.location.longitude)).toBeLessThanOrEqual(180);
  expect(image.existing).toEqual([]);
  for (const address of Object.values(image.urls)) expect(URL.canParse(address)).toBe(true);
  expect(URL.canParse(image.creator.profile_url)).toBe(true);
  expect(image.dimensions.width > 0).toBe(!lacksDimensions);
  expect(image.dimensions.height > 0).toBe(!lacksDimensions);
  expect(typeof image.camera.is_pano).toBe('boolean');
}

const idsOf = (images: readonly MediaImage[]): string[] => images.map(({ id }) => id);

/** What every image source promises; each adapter runs it against a server of its own and against the stand-in. */
export function describeImageSource(name: ImageSourceName, make: () => Promise<ImageSourceCase>): void {
  describe(`${name} as an image source`, () => {
    let at: ImageSourceCase;

    beforeAll(async () => {
      at = await make();
    });

    afterAll(() => at.close());

    it('goes by its name', () => {
      expect(at.source.name).toBe(name);
    });

    it('gives a whole collection in capture order, whatever address of it was typed', async () => {
      for (const input of at.inputs) {
        const collection = await at.source.fetchCollection(input);
        expect(collection?.id).toBe(at.collectionId);
        expect(idsOf(collection?.images ?? [])).toEqual(at.imageIds);
        expect(collection?.creator).toEqual(collection?.images[0]?.creator);
      }
    });

    it('fills every field a client relies on', async () => {
      const collection = await at.source.fetchCollection(at.collectionId);
      for (const image of collection?.images ?? []) expectCompleteImage(image, at);
      expect.hasAssertions();
    });

    it('lists the ids of a collection under its canonical id', async () => {
      for (const input of at.inputs) {
        expect(await at.source.fetchCollectionIds(input)).toEqual({
          id: at.collectionId,
          imageIds: at.imageIds,
        });
      }
    });

    it('leaves a large collection to its ids and batches, which are complete', async () => {
      expect(await at.source.fetchCollection(at.large.input)).toBeNull();
      const { imageIds } = await at.source.fetchCollectionIds(at.large.input);
      expect(imageIds).toEqual(at.large.imageIds);
      const images = await at.source.fetchImagesBatch(imageIds, at.large.input);
      expect(idsOf(images)).toEqual(at.large.imageIds);
    });

    it('gives a batch in the order asked for, without images that are gone', async () => {
      const backwards = [...at.imageIds].reverse();
      const images = await at.source.fetchImagesBatch([at.missing.imageId, ...backwards], at.collectionId);
      expect(idsOf(images)).toEqual(backwards);
      for (const image of images) expectCompleteImage(image, at);
      expect(await at.source.fetchImagesBatch([], at.collectionId)).toEqual([]);
    });

    it('gives one image with what its upload needs', async () => {
      const [id = ''] = at.imageIds;
      const found = await at.source.fetchImageMetadata(id, at.collectionId);
      expectCompleteImage(found.image, at);
      expect(found.image.id).toBe(id);
      expect(URL.canParse(found.downloadUrl)).toBe(true);
      expect(at.source.imageLabel).toMatch(/^\S+ (?:image|photo)$/);
    });

    it('states licence and copyright unless they are overridden', async () => {
      const [id = ''] = at.imageIds;
      const found = await at.source.fetchImageMetadata(id, at.collectionId);
      const properties = (override: boolean): string[] =>
        found.statements(override).map(({ mainsnak }) => mainsnak.property);
      expect(properties(false)).toEqual(expect.arrayContaining(['P170', 'P571', 'P275', 'P6216']));
      expect(properties(true)).toEqual(
        properties(false).filter((property) => !/^P(?:275|6216)$/.test(property)),
      );
    });

    it('refuses what the source does not have and what it cannot understand, in words', async () => {
      const refused = [
        () => at.source.fetchCollection(at.missing.input),
        () => at.source.fetchCollectionIds(at.missing.input),
        () => at.source.fetchImageMetadata(at.missing.imageId, at.collectionId),
        () => at.source.fetchCollection(at.malformedInput),
        () => at.source.fetchCollectionIds(at.malformedInput),
      ];
      for (const ask of refused) {
        const error: unknown = await ask().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(RefusedError);
        expect(String(error)).toMatch(/ .+\.$/);
      }
    });

    it('stops when it is told to', async () => {
      const reason = new Error('The person went away');
      const signal = AbortSignal.abort(reason);
      await expect(at.source.fetchCollection(at.collectionId, signal)).rejects.toBe(reason);
      await expect(at.source.fetchCollectionIds(at.collectionId, signal)).rejects.toBe(reason);
      await expect(at.source.fetchImagesBatch(at.imageIds, at.collectionId, signal)).rejects.toBe(reason);
    });

    it('tells which images Commons has already', async () => {
      const found = await at.source.fetchExistingPages(at.imageIds);
      expect(Object.fromEntries(found)).toEqual(
        at.existing ? { [at.existing.imageId]: at.existing.pages } : {},
      );
    });
  });
}
