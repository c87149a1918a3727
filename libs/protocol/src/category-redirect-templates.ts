/**
 * Templates of Commons, without namespace, with which the page of a category says that another takes its place.
 * @see https://commons.wikimedia.org/wiki/Category:Category_redirect_templates
 */
export const CATEGORY_REDIRECT_TEMPLATES: readonly string[] = [
  'Category redirect',
  'Synonym taxon category redirect',
  'Invalid taxon category redirect',
  'Monotypic taxon category redirect',
  'Endashcatredirect',
];
