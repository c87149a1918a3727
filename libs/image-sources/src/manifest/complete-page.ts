import { addTemplates, literally, shownText, splitClosing, templateName } from '../wikitext/page-text.js';
import { buildPage } from './build-page.js';
import type { ManifestImage } from './read-manifest-row.js';

/** Whether a person has written nothing of a page but its categories. */
export const isOnlyCategories = (wikitext: string): boolean => splitClosing(wikitext).body === '';

/** As a template of its own, or as what `{{self|…}}` and its like are told. */
const tells = (text: string, name: string): boolean =>
  new RegExp(`[{|] ?(?:template: ?)?${literally(name)} ?[|}]`, 'i').test(text);

/**
 * The page of a new file: the person's own with the template of its licence, unless the person speaks for that; where there
 * are categories at most, one built from the row in front of them.
 * @param language of the row's description @throws RefusedError `manifest-license` when nothing would tell the licence
 */
export function completePage(
  wikitext: string,
  image: ManifestImage,
  { language, copyrightOverride }: { language: string; copyrightOverride: boolean },
): string {
  const { body, closing } = splitClosing(wikitext);
  if (body === '') {
    const page = buildPage(image, language);
    return closing === '' ? page : `${page}\n\n${closing}`;
  }
  const template = copyrightOverride ? undefined : image.license?.template;
  return template === undefined || tells(shownText(wikitext), templateName(template))
    ? wikitext
    : addTemplates(wikitext, [template]);
}
