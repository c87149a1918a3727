import { createHash } from 'node:crypto';
import type { LiveClient } from './live-client.js';
import type { Stack } from './stack.js';
import { anItem, createBatch, listUploads, watchToTheEnd, type Item } from './upload-collection.js';
import { idOf, type LogEntry, SAMPLE_SEQUENCES } from '../upstreams/index.js';

type Sequence = (typeof SAMPLE_SEQUENCES)['thousand' | 'demo' | 'someLarge'];

export const jsonAnswer = (body: object, headers: Record<string, string> = {}) => ({
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

/** Uploads images that nobody else uses to the stack's wiki, and tells what the wiki has seen of them. */
export class UploadsInTurn {
  private readonly used = new Map<string, number>();

  constructor(
    private readonly stack: Stack,
    private readonly client: LiveClient,
  ) {}

  /** Pictures of `thousand` go in one request, those of `demo` in several, those of `someLarge` are published by a job. */
  newItem(sequence: Sequence = SAMPLE_SEQUENCES.thousand, more: Partial<Item> = {}): Item {
    const index = this.used.get(sequence.id) ?? 0;
    this.used.set(sequence.id, index + 1);
    return anItem({ id: idOf(sequence, index) }, sequence.id, more);
  }

  newItems(count: number): Item[] {
    return Array.from({ length: count }, () => this.newItem());
  }

  /** Uploads these in a batch of their own. @returns them as they ended, in their order */
  async upload(items: readonly Item[], as = this.client) {
    const batchid = await createBatch(as, items);
    await watchToTheEnd(as, batchid);
    const { uploads } = await listUploads(as, batchid);
    return items.map((item) => uploads.find(({ key }) => key === item.id));
  }

  async uploadOne(item: Item, as = this.client) {
    return (await this.upload([item], as))[0];
  }

  /** SHA-1 of the picture, which is all of the file but for `someLarge`. */
  sha1Of({ id }: Item): string {
    return createHash('sha1').update(this.stack.upstreams.cdn.photo(id)).digest('hex');
  }

  publishedTimes({ title }: Item): number {
    return this.stack.upstreams.commons.uploads.filter((upload) => upload.title === `File:${title}`).length;
  }

  /** Requests of one kind about this item, in their order. @param step `chunk`, `commit` or `checkstatus` */
  requests({ title }: Item, step: string): LogEntry[] {
    return this.stack.upstreams.commons.log.filter(
      (entry) => entry.step === step && entry.params['filename'] === title,
    );
  }

  statementsOf({ title }: Item): Record<string, readonly unknown[]> {
    const page = this.stack.upstreams.commons.file(title);
    return page?.revisions[0]?.mediaInfo?.statements ?? {};
  }
}
