import { Inject, Injectable, Logger } from '@nestjs/common';
import { ImportRepository, RedisCache, UploadLedger, type CategoryImport } from '#app/persistence';
import {
  DomainError,
  RefusedError,
  TemporaryError,
  type CollectionIds,
  type FileLink,
  type ImageSource,
} from '#app/protocol';
import { IMAGE_SOURCES, type ImageSources } from '../upstreams/image-sources.js';
import { IdsInNames } from './find-ids-in-names.js';
import type { CompareQuery, ComparedImageDto, FoundBy } from './import.dto.js';

/** So that the pages of one comparison are about the same images, and the source is asked once. */
const IDS_TTL_SECONDS = 600;
const NAMES_AT_ONCE = 5_000;

interface Comparison {
  items: ComparedImageDto[];
  /** Images of the collection. */
  total: number;
  /** Of the items. */
  present: number;
  unchecked: FoundBy[];
}

type TitlesByImage = ReadonlyMap<string, readonly string[]>;

const nameOf = (title: string): string => title.slice(title.indexOf(':') + 1).replaceAll('_', ' ');

const namesOf = (files: ReadonlyMap<string, readonly FileLink[]>): TitlesByImage =>
  new Map([...files].map(([id, links]) => [id, links.map(({ title }) => nameOf(title))]));

/**
 * Which images of a collection are among the files of an import: by the record of our own uploads, by the statements of files,
 * as the query service knows them, and by the names of the files.
 */
@Injectable()
export class CompareCollection {
  private readonly logger = new Logger(CompareCollection.name);

  constructor(
    private readonly imports: ImportRepository,
    private readonly uploads: UploadLedger,
    private readonly cache: RedisCache,
    @Inject(IMAGE_SOURCES) private readonly sources: ImageSources,
  ) {}

  /** One page of the collection's images. @throws DomainError NOT_CONFIGURED @throws TemporaryError @throws RefusedError of the source */
  async execute(found: CategoryImport, query: CompareQuery, signal: AbortSignal): Promise<Comparison> {
    const source = this.sources[query.handler];
    if (source === undefined) {
      throw new DomainError('NOT_CONFIGURED', `This server does not offer ${query.handler}.`);
    }
    const { id: collection, imageIds } = await this.listIds(source, query.collection, signal);
    const start = query.page * query.size;
    const ids = (query.asc ? imageIds : imageIds.toReversed()).slice(start, start + query.size);
    const unchecked: FoundBy[] = [];
    const [uploaded, stated, named] = await Promise.all([
      this.uploads.listFiles(source.name, ids, source.hasLocalIds ? collection : null).then(namesOf),
      this.findStated(source, ids, unchecked, signal),
      this.findNamed(found, ids, signal),
    ]);
    const there = await this.imports.listNamesAmong(found, [...uploaded.values(), ...stated.values()].flat());
    const items = ids.map((id) => {
      const byName = new Map<string, FoundBy[]>();
      const ways: [FoundBy, TitlesByImage][] = [
        ['uploads', uploaded],
        ['structured_data', stated],
        ['file_name', named],
      ];
      for (const [way, names] of ways) {
        for (const name of new Set(names.get(id))) {
          if (way === 'file_name' || there.has(name)) byName.set(name, [...(byName.get(name) ?? []), way]);
        }
      }
      return { id, files: [...byName].map(([name, found_by]) => ({ title: `File:${name}`, found_by })) };
    });
    const present = items.filter(({ files }) => files.length > 0).length;
    return { items, total: imageIds.length, present, unchecked };
  }

  private async listIds(source: ImageSource, input: string, signal: AbortSignal): Promise<CollectionIds> {
    const key = `collection-ids:${source.name}:${input}`;
    const kept = await this.cache.find(key);
    if (kept !== null) return JSON.parse(kept) as CollectionIds;
    const ids = await source.fetchCollectionIds(input, signal);
    await this.cache.keep(key, JSON.stringify(ids), IDS_TTL_SECONDS);
    return ids;
  }

  /** The query service lags, and may be away: then images may be there that are not found. */
  private async findStated(
    source: ImageSource,
    ids: readonly string[],
    unchecked: FoundBy[],
    signal: AbortSignal,
  ): Promise<TitlesByImage> {
    if (ids.length === 0) return new Map();
    try {
      return namesOf(await source.fetchExistingPages(ids, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
      this.logger.warn({ message: 'Statements of files could not be compared', error: error.message });
      unchecked.push('structured_data');
      return new Map();
    }
  }

  private async findNamed(
    found: CategoryImport,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<TitlesByImage> {
    const wanted = new IdsInNames(ids);
    if (wanted.isEmpty) return wanted.results;
    for (let position = 0; ; position += NAMES_AT_ONCE) {
      signal.throwIfAborted();
      const names = await this.imports.readNames(found, position, NAMES_AT_ONCE);
      for (const name of names) wanted.read(name);
      if (names.length < NAMES_AT_ONCE) return wanted.results;
    }
  }
}
