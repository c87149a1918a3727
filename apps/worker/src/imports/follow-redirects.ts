import type { RedirectStep } from '#app/persistence';
import { DomainError, type CategorySource, type FoundCategory } from '#app/protocol';

/** The category that a title stands for. */
export interface ResolvedCategory {
  /** Without namespace, with blanks. */
  title: string;
  found: FoundCategory;
  /** The way there, the title that was asked for first; empty when that is the one. */
  redirects: RedirectStep[];
}

const MOST_STEPS = 10;

const refuse = (message: string): DomainError => new DomainError('CATEGORY_REDIRECT_INVALID', message);

/**
 * Follows redirects from a category to the one that has its files.
 * @param readText finds out anew, from the text of its page, where one leads whose target cannot be told otherwise
 * @throws DomainError CATEGORY_NOT_FOUND; CATEGORY_REDIRECT_INVALID for circles and for redirects that lead to no category
 */
export async function followRedirects(
  asked: string,
  source: CategorySource,
  readText: (title: string) => Promise<FoundCategory | null>,
  signal: AbortSignal,
): Promise<ResolvedCategory> {
  const redirects: RedirectStep[] = [];
  for (let title = asked; ;) {
    const found = await source.find(title, signal);
    if (found === null) throw notFound(title, redirects);
    if (found.redirect === null) return { title, found, redirects };
    redirects.push({ title, template: found.redirect.template });
    const target = await targetOf(title, found.redirect, readText);
    const way = [...redirects.map((step) => step.title), target].join(' → ');
    if (redirects.some((step) => step.title === target))
      throw refuse(`The redirects go round in a circle: ${way}.`);
    if (redirects.length === MOST_STEPS)
      throw refuse(`There are too many redirects one after the other: ${way}.`);
    title = target;
  }
}

async function targetOf(
  title: string,
  redirect: NonNullable<FoundCategory['redirect']>,
  readText: (title: string) => Promise<FoundCategory | null>,
): Promise<string> {
  const [target, ...others] = redirect.targets;
  if (target !== undefined && others.length === 0) return target;
  const [read] = redirect.template === null ? [] : ((await readText(title))?.redirect?.targets ?? []);
  if (read === undefined) throw refuse(`${title} is a redirect, but not to one category.`);
  return read;
}

function notFound(title: string, redirects: readonly RedirectStep[]): DomainError {
  const [first] = redirects;
  const sentence = `There is no category “${title}” on Commons`;
  return new DomainError(
    'CATEGORY_NOT_FOUND',
    first === undefined ? `${sentence}.` : `${sentence}; “${first.title}” leads there.`,
  );
}
