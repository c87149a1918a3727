import type { FileLink, ImageSourceName } from '#app/protocol';
import type { Database } from '../database/database.js';
import { fromJson } from '../database/json.js';
import { LIST_FILES_OF_IMAGES } from './statements.js';

interface LedgerRow {
  key: string;
  title: string | null;
  url: string | null;
  links: string | FileLink[] | null;
}

const KEYS_A_QUERY = 1_000;

const linksOf = ({ title, url, links }: LedgerRow): FileLink[] =>
  title !== null && url !== null ? [{ title, url }] : (fromJson(links) ?? []);

/** Which images came to Commons by this service, whoever uploaded them: the rows of the uploads themselves are the record. */
export class UploadLedger {
  constructor(private readonly database: Database) {}

  /**
   * Image id → files that uploads of it have published or found on Commons, the oldest first, each once.
   * The files may have been renamed or deleted since.
   * @param collection only uploads from this one, where ids mean nothing outside of it
   */
  async listFiles(
    handler: ImageSourceName,
    keys: readonly string[],
    collection: string | null = null,
  ): Promise<ReadonlyMap<string, FileLink[]>> {
    const files = new Map<string, FileLink[]>();
    for (let start = 0; start < keys.length; start += KEYS_A_QUERY) {
      const rows = await this.database.rows<LedgerRow>(LIST_FILES_OF_IMAGES, [
        handler,
        keys.slice(start, start + KEYS_A_QUERY),
        collection,
        collection,
      ]);
      for (const row of rows) {
        const known = files.get(row.key) ?? [];
        const added = linksOf(row).filter(({ title }) => !known.some((file) => file.title === title));
        if (added.length > 0) files.set(row.key, [...known, ...added]);
      }
    }
    return files;
  }
}
