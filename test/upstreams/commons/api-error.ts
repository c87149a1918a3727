/** An error of the action API; answered with HTTP 200 and its code in `MediaWiki-API-Error`. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly info: string,
    readonly data: Record<string, unknown> = {},
    /** The module that complains; the one of the request unless told, none for what comes before any module. */
    readonly module?: string | null,
    readonly headers: Record<string, string> = {},
  ) {
    super(info);
  }
}

export interface AnswerFormat {
  formatVersion: 1 | 2;
  /** `bc` is the default: one `error` object. */
  errorFormat: 'bc' | 'plaintext';
  module: string;
  apiUrl: string;
}

const docref = (apiUrl: string): string =>
  `See ${apiUrl} for API usage. Subscribe to the mediawiki-api-announce mailing list at &lt;https://lists.wikimedia.org/postorius/lists/mediawiki-api-announce.lists.wikimedia.org/&gt; for notice of API deprecations and breaking changes.`;

/** The JSON of an error in the shape the request asked for. */
export function errorBody(error: ApiError, format: AnswerFormat): Record<string, unknown> {
  if (format.errorFormat === 'plaintext') {
    const data = Object.keys(error.data).length > 0 ? { data: plainStashErrors(error.data) } : {};
    const module = error.module === undefined ? format.module : error.module;
    const item = { code: error.code, text: error.info, ...data, ...(module === null ? {} : { module }) };
    return { errors: [item], docref: docref(format.apiUrl) };
  }
  const reference = { [format.formatVersion === 2 ? 'docref' : '*']: docref(format.apiUrl) };
  return { error: { ...error.data, code: error.code, info: error.info, ...reference } };
}

interface StashError {
  code: string;
  params: readonly [exception: string, text: string];
}

/** What could not be stashed, as it rides along with errors and warnings. */
export const stashErrors = (...params: StashError['params']): Record<string, unknown> => ({
  stasherrors: [{ message: 'uploadstash-exception', params, code: 'uploadstash-exception', type: 'error' }],
});

/** `stasherrors` in the plain format, wherever they ride along. */
export function plainStashErrors(data: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(data['stasherrors'])) return data;
  const plain = (data['stasherrors'] as StashError[]).map(({ code, params: [exception, text] }) => ({
    code,
    text: `Could not store upload in the stash (${exception}): "${text}".`,
  }));
  return { ...data, stasherrors: plain };
}

/** A warning that rides along with a good answer. */
export interface ApiWarning {
  module: string;
  code: string;
  text: string;
}

export function warningsBody(warnings: readonly ApiWarning[], format: AnswerFormat): Record<string, unknown> {
  if (warnings.length === 0) return {};
  if (format.errorFormat === 'plaintext')
    return { warnings: warnings.map(({ code, text, module }) => ({ code, text, module })) };
  const byModule: Record<string, Record<string, string>> = {};
  const key = format.formatVersion === 2 ? 'warnings' : '*';
  for (const { module, text } of warnings) {
    const before = byModule[module]?.[key];
    byModule[module] = { [key]: before === undefined ? text : `${before}\n${text}` };
  }
  return { warnings: byModule };
}

/** Turns an answer made for `formatversion=2` into the older form: booleans by presence, pages by id, `*` for content. */
export function toFormatVersion1(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    if (key === 'pages') return pagesById(value);
    return value.map((item) => toFormatVersion1(item));
  }
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (item === false) continue;
    result[name === 'content' && key === 'main' ? '*' : name] =
      item === true ? '' : toFormatVersion1(item, name);
  }
  return result;
}

function pagesById(pages: readonly unknown[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  let missing = 0;
  for (const page of pages as { pageid?: number }[]) {
    if (page.pageid === undefined) missing -= 1;
    result[String(page.pageid ?? missing)] = toFormatVersion1(page);
  }
  return result;
}
