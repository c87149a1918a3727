import type { CategoryFile } from '#app/protocol';
import {
  FILES,
  IMAGES,
  LIST_ACTORS,
  PROBE_FILES,
  PROBE_IMAGES,
  type FileStatements,
} from './file-statements.js';
import { readSha1, readTimestamp } from './read-columns.js';
import type { ReplicaCluster } from './replica-cluster.js';
import { isOtherSchema, SchemaProbe } from './schema-probe.js';

type FileId = number | Buffer;

interface LatestRow {
  id: FileId;
  name: Buffer;
  width: number;
  height: number;
  size: number;
  sha1: Buffer;
  at: Buffer;
  actor: number | null;
  majorMime: Buffer;
  minorMime: Buffer;
}

interface FirstRow {
  id: FileId;
  at: Buffer;
  actor: number | null;
}

export type FileData = Omit<CategoryFile, 'pageId' | 'name'>;

const SECONDS = 30;
/** Uploaders whose names are kept in mind. */
const MOST_ACTORS = 10_000;

const keyOf = (id: FileId): string => id.toString();

/**
 * What the core tables know of files: their latest versions, and who made the first ones. Uses `file` and `filerevision`
 * where they have rows, else `image` and `oldimage`.
 */
export class ReplicaFiles {
  private readonly schema: SchemaProbe<FileStatements>;
  private readonly actors = new Map<number, string>();

  constructor(private readonly core: ReplicaCluster) {
    this.schema = new SchemaProbe(() => this.probe());
  }

  /**
   * @param names as the tables have them
   * @returns by name, with underscores; nothing of names without a file @throws as ReplicaCluster
   */
  async findFiles(names: readonly Buffer[], signal: AbortSignal): Promise<ReadonlyMap<string, FileData>> {
    if (names.length === 0) return new Map();
    const [latest, first] = await this.schema.use(async ({ listLatest, listFirst }) => {
      const latestRows = await this.core.rows<LatestRow>(listLatest, [names], SECONDS);
      signal.throwIfAborted();
      const ids = latestRows.map(({ id }) => id);
      return [latestRows, ids.length === 0 ? [] : await this.core.rows<FirstRow>(listFirst, [ids], SECONDS)];
    });
    signal.throwIfAborted();
    const nameOf = await this.findActors([...latest, ...first].map(({ actor }) => actor));
    const firstOf = new Map(first.map((row) => [keyOf(row.id), row]));
    return new Map(
      latest.map((row) => [row.name.toString(), toFileData(row, firstOf.get(keyOf(row.id)) ?? row, nameOf)]),
    );
  }

  private async probe(): Promise<FileStatements> {
    const [hasFiles, hasImages] = [await this.answers(PROBE_FILES), await this.answers(PROBE_IMAGES)];
    return (hasFiles ?? 0) > 0 || hasImages === null ? FILES : IMAGES;
  }

  /** How many rows the statement has, or null when there are no such tables. */
  private async answers(statement: string): Promise<number | null> {
    try {
      return (await this.core.rows(statement, [], SECONDS)).length;
    } catch (error) {
      if (isOtherSchema(error)) return null;
      throw error;
    }
  }

  /** Names that the wiki hides are not among the answers. */
  private async findActors(ids: readonly (number | null)[]): Promise<(id: number | null) => string | null> {
    if (this.actors.size > MOST_ACTORS) this.actors.clear();
    const unknown = [...new Set(ids)].filter((id) => id !== null && !this.actors.has(id));
    if (unknown.length > 0) {
      const values = [unknown.filter((id) => id !== null)];
      const rows = await this.core.rows<{ id: number; name: Buffer }>(LIST_ACTORS, values, SECONDS);
      for (const { id, name } of rows) this.actors.set(Number(id), name.toString());
    }
    const found = new Map(ids.map((id) => [id, id === null ? null : (this.actors.get(id) ?? null)]));
    return (id) => found.get(id) ?? null;
  }
}

function toFileData(
  latest: LatestRow,
  first: FirstRow,
  nameOf: (actor: number | null) => string | null,
): FileData {
  return {
    width: latest.width,
    height: latest.height,
    size: Number(latest.size),
    mime: `${latest.majorMime.toString()}/${latest.minorMime.toString()}`,
    sha1: readSha1(latest.sha1),
    firstUploader: nameOf(first.actor),
    firstUploadedAt: readTimestamp(first.at),
    latestUploader: nameOf(latest.actor),
    latestUploadedAt: readTimestamp(latest.at),
  };
}
