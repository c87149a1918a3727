import { ApiError } from './api-error.js';
import type { ApiCall } from './api-call.js';
import { parseTitle, type Title } from './titles.js';

/** Patterns of titles that nobody may create, as Extension:TitleBlacklist reads them from `MediaWiki:Titleblacklist`. */
export class TitleBlacklist {
  /** One pattern a line; `<autoconfirmed>` lets autoconfirmed people pass. */
  lines: string[] = ['.*BLACKLISTED.*', 'File:Forbidden \\d+\\..* <autoconfirmed>'];

  /** The line that forbids `title`, or null. */
  match(title: Title, isAutoconfirmed: boolean): string | null {
    for (const line of this.lines) {
      const options = /<([^>]*)>\s*$/.exec(line)?.[1] ?? '';
      if (options.includes('autoconfirmed') && isAutoconfirmed) continue;
      const pattern = line.replace(/\s*<[^>]*>\s*$/, '').trim();
      const flags = options.includes('casesensitive') ? 'u' : 'iu';
      if (
        new RegExp(`^(?:${pattern})$`, flags).test(title.text) ||
        new RegExp(`^(?:${pattern})$`, flags).test(title.name)
      )
        return pattern;
    }
    return null;
  }
}

/** Whom the list does not bind. */
const overrides = (call: ApiCall): boolean =>
  call.user !== null && call.wiki.users.can(call.user, 'tboverride');
const confirmed = (call: ApiCall): boolean =>
  call.user !== null && call.wiki.users.can(call.user, 'autoconfirmed');

const plainReason = (title: Title, line: string): string =>
  `The title "${title.text}" has been banned from creation. It matches the following disallowed titles list entry: "${line}"`;

/** The line that keeps this user from creating `title`, with MediaWiki's sentence; null if none does. */
export function forbiddenTitle(call: ApiCall, title: Title): { line: string; reason: string } | null {
  if (overrides(call)) return null;
  const line = call.wiki.blacklist.match(title, confirmed(call));
  return line === null ? null : { line, reason: plainReason(title, line) };
}

/** `action=titleblacklist`, see Extension:TitleBlacklist. */
export function titleblacklist(call: ApiCall): Record<string, unknown> {
  const text = call.required('tbtitle');
  const action = call.text('tbaction') ?? 'edit';
  const title = parseTitle(text);
  if ('invalid' in title) throw new ApiError('invalidtitle', `Bad title "${text}".`);
  if (overrides(call) && !call.flag('tbnooverride')) return { titleblacklist: { result: 'ok' } };
  const line = call.wiki.blacklist.match(title, confirmed(call));
  if (line === null) return { titleblacklist: { result: 'ok' } };
  const isUpload = action === 'upload';
  return {
    titleblacklist: {
      result: 'blacklisted',
      reason: `The ${isUpload ? 'filename' : 'title'} "${title.text}" has been banned from creation.\nIt matches the following disallowed titles list entry: <code>${line}</code>`,
      message: `titleblacklist-forbidden-${isUpload ? 'upload' : 'edit'}`,
      line,
    },
  };
}
