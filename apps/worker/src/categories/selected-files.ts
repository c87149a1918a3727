import { Injectable } from '@nestjs/common';
import {
  ImportRepository,
  type CategoryImport,
  type FileFilter,
  type ImportedFile,
  type UntouchedFile,
} from '#app/persistence';
import { DomainError, type FileSelection, type SelectionFilter } from '#app/protocol';

const FILES_AT_ONCE = 500;

/** Some of the files that a move is about. */
export interface ListedFiles {
  /** With namespace. */
  titles: string[];
  /** Those that are left as they are, without being looked at. */
  untouched: UntouchedFile[];
  /** Where to go on; null: these are the last. */
  next: string | null;
}

const momentOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

const toFileFilter = ({ uploadedFrom, uploadedBefore, ...fields }: SelectionFilter): FileFilter => ({
  ...fields,
  uploadedFrom: momentOf(uploadedFrom),
  uploadedBefore: momentOf(uploadedBefore),
});

const isExpired = ({ expiresAt }: CategoryImport): boolean =>
  expiresAt !== null && expiresAt.getTime() <= Date.now();

/** The files of an import that somebody has chosen. */
@Injectable()
export class SelectedFiles {
  constructor(private readonly imports: ImportRepository) {}

  /**
   * At most 500 of them. Files that the import found only in a subcategory are no members of the category itself.
   * @param next what the part before has told; null: the first @throws DomainError IMPORT_EXPIRED
   */
  async list(userid: string, selection: FileSelection, next: string | null): Promise<ListedFiles> {
    const found = await this.imports.findOwn(selection.importId, userid);
    const position = next === null ? 0 : Number(next);
    const part = found && (await this.read(found, selection, position));
    // Its files are removed after their time and not before: what was read until now is whole.
    if (!found || !part || isExpired(found)) {
      throw new DomainError(
        'IMPORT_EXPIRED',
        'The files that were chosen are not kept any more. Import the category again.',
      );
    }
    const isMember = ({ category }: ImportedFile): boolean => category === found.category;
    return {
      titles: part.files.filter(isMember).map(({ name }) => `File:${name}`),
      untouched: part.files
        .filter((file) => !isMember(file))
        .map(({ name, category }) => ({
          title: `File:${name}`,
          reason: `It is not in the category itself but below it, in Category:${category}.`,
        })),
      next: part.next === null ? null : String(part.next),
    };
  }

  private async read(
    found: CategoryImport,
    { pageIds, filter = {} }: FileSelection,
    position: number,
  ): Promise<{ files: ImportedFile[]; next: number | null }> {
    if (pageIds !== undefined) {
      const end = position + FILES_AT_ONCE;
      const files = await this.imports.findFilesOfPages(found, pageIds.slice(position, end));
      return { files, next: end < pageIds.length ? end : null };
    }
    const files = await this.imports.readFiles(found, position, FILES_AT_ONCE, toFileFilter(filter));
    const last = files.length < FILES_AT_ONCE ? undefined : files.at(-1);
    return { files, next: last === undefined ? null : last.position + 1 };
  }
}
