/**
 * The prefixes of `MediaWiki:Filename-prefix-blacklist`: one a line, what follows a `#` is a comment.
 * @see https://www.mediawiki.org/wiki/Manual:Filename_prefix_blacklist
 */
export const parsePrefixBlacklist = (text: string): string[] =>
  text.split('\n').flatMap((line) => line.split('#')[0]?.trim() || []);
