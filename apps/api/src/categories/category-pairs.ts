import { Injectable } from '@nestjs/common';
import { WantedCategoryRepository } from '#app/persistence';
import { DomainError, type CategorySource } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { PersonClients } from '../upstreams/person-clients.js';
import { toCategoryPage } from './to-category-page.js';

/** Full titles of pages, with blanks. */
export interface CategoryPair {
  source: string;
  target: string;
}

const ASKING_MS = 30_000;

const refuse = (message: string): DomainError => new DomainError('VALIDATION_FAILED', message);
const nameOf = (page: string): string => page.slice(page.indexOf(':') + 1);

function readPage(title: string): string {
  const page = toCategoryPage(title);
  if (page === null) throw refuse(`“${title}” cannot be the title of a category.`);
  return page;
}

/** Two categories, from one of which files are to be moved to the other. */
@Injectable()
export class CategoryPairs {
  constructor(
    private readonly clients: PersonClients,
    private readonly wanted: WantedCategoryRepository,
  ) {}

  /** @throws DomainError VALIDATION_FAILED when these are no titles, or the same */
  read(source: string, target: string): CategoryPair {
    const pair = { source: readPage(source), target: readPage(target) };
    if (pair.source === pair.target) throw refuse(`The files of ${pair.source} are there already.`);
    return pair;
  }

  /**
   * @throws DomainError VALIDATION_FAILED when the source has no files, when the target is unknown, or when one of them leads elsewhere;
   * the files of a category that leads to the target may be moved there
   */
  async check(user: SignedInUser, { source, target }: CategoryPair): Promise<void> {
    const signal = AbortSignal.timeout(ASKING_MS);
    const categories = await this.clients.categories(user);
    const [from, to] = await Promise.all([
      categories.find(nameOf(source), signal),
      categories.find(nameOf(target), signal),
    ]);
    if (from === null) throw refuse(`There is no ${source}.`);
    if (to === null && !(await this.wasMadeLately(target)))
      throw refuse(`There is no ${target}. Create it first.`);
    checkTarget(target, to);
    checkSource(source, target, from);
    const editor = await this.clients.editor(user);
    if ((await editor.listCategoryFiles(source, null, signal)).titles.length === 0)
      throw refuse(`There are no files in ${source}.`);
  }

  /** The wiki does not show at once to everybody what was just made. */
  private async wasMadeLately(page: string): Promise<boolean> {
    const title = nameOf(page).replaceAll(' ', '_');
    return (await this.wanted.listForgotten([title])).has(title);
  }
}

type Found = Awaited<ReturnType<CategorySource['find']>>;

function checkTarget(target: string, found: Found): void {
  if (!found?.redirect) return;
  const [other] = found.redirect.targets;
  throw refuse(
    `${target} is a redirect${other === undefined ? '' : `. Move the files to Category:${other} instead`}.`,
  );
}

function checkSource(source: string, target: string, found: Found): void {
  if (!found?.redirect || found.redirect.targets.includes(nameOf(target))) return;
  const [other] = found.redirect.targets;
  throw refuse(
    `${source} is a redirect${other === undefined ? '' : ` to Category:${other}. Its files can only be moved there`}.`,
  );
}
