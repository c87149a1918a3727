import type { Creator, ImageSourceName, MediaImage, ServerMessage } from './generated/messages.js';
import { PROBE } from './exchanges.js';
import { refused, type Exchange, type Verdict } from './lane.js';

/** The images of a sequence, an album or whatever else an image source collects. */
export interface Collection {
  /** What goes into `input` of the items that are uploaded from it. */
  readonly input: string;
  readonly images: MediaImage[];
  /** Absent where each image names its own. */
  readonly creator?: Creator;
  /** Sentences for the person about what could not be found out. */
  readonly warnings: readonly string[];
}

export interface CollectionRequest {
  readonly handler: ImageSourceName;
  /** A collection's id or any address of it. */
  readonly input: string;
  /** How many images have come, of how many. */
  readonly onProgress?:
    ((progress: { readonly received: number; readonly total: number }) => void) | undefined;
}

/** Opens a collection, however the server sends it. */
export const collectionExchange = (
  { handler, input, onProgress }: CollectionRequest,
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Exchange<Collection> => ({
  ...limits,
  isRepeatable: true,
  isLong: true,
  begin: () => {
    let whole: Omit<Collection, 'warnings'> | undefined;
    let ids: readonly string[] = [];
    const found = new Map<string, MediaImage>();
    const warnings: string[] = [];
    const complete = (collection: Omit<Collection, 'warnings'>): Verdict<Collection> => {
      whole = collection;
      return { is: 'part', send: JSON.stringify(PROBE) };
    };
    const part = (): Verdict<Collection> => {
      onProgress?.({ received: found.size, total: ids.length });
      if (whole !== undefined || !ids.every((id) => found.has(id))) return { is: 'part' };
      return complete({ input: input.trim(), images: ids.flatMap((id) => found.get(id) ?? []) });
    };
    const judge = (came: ServerMessage): Verdict<Collection> => {
      if (came.type === 'ERROR') {
        if (whole === undefined) return { is: 'refused', error: refused(came.data) };
        warnings.push(came.data);
        return { is: 'part' };
      }
      if (came.type === 'TRY_BATCH_RETRIEVAL') return { is: 'part' };
      if (came.type === 'COLLECTION_IMAGES') {
        const { images, creator, sequence_id } = came.data;
        return complete({ input: sequence_id, images: Object.values(images), creator });
      }
      if (came.type === 'COLLECTION_IMAGE_IDS') {
        ids = came.data;
        return part();
      }
      if (came.type === 'PARTIAL_COLLECTION_IMAGES') {
        for (const image of came.data.images) found.set(image.id, image);
        return part();
      }
      const isEnd = came.type === 'PRESETS_LIST';
      return isEnd && whole !== undefined ? { is: 'answer', value: { ...whole, warnings } } : { is: 'other' };
    };
    return { frames: [JSON.stringify({ type: 'FETCH_IMAGES', data: input, handler })], judge };
  },
});
