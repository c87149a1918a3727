import type { RefusedError, TemporaryError } from '#app/protocol';

const SENTENCES: Readonly<Record<string, string>> = {
  missingtitle: 'Its page does not exist any more.',
  protectedpage: 'Its page is protected.',
  cascadeprotected: 'Its page is protected, because a protected page uses it.',
  spamblacklist:
    'Its page has a link that the wiki does not allow any more; nobody can save it before that is gone.',
  contenttoobig: 'Its page is too large to be saved.',
  editconflict: 'Others changed its page each time this was tried.',
};

/** What follows a page that cannot be changed: a sentence for a person, with the wiki's own words where they say more. */
export function explainRefusal(error: TemporaryError | RefusedError): string {
  const sentence = SENTENCES[error.code];
  if (sentence !== undefined) return sentence;
  if (error.code.startsWith('abusefilter-'))
    return `A filter of the wiki does not let its page be saved (${error.message})`;
  return `The wiki did not save its page (${error.message})`;
}

export const NO_LINK =
  'Its page has no link to the category: a template puts the file there, or it has been moved already.';
export const GONE = SENTENCES['missingtitle'] ?? '';
export const NO_WIKITEXT = 'Its page is not wikitext, or cannot be read.';
