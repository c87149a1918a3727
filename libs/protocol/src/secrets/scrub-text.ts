/** What stands where a secret stood. */
export const CENSORED = '[secret]';

/** An exact match of anything shorter would blot out words. */
const SHORTEST_KNOWN = 8;
/** Of longer texts, only the beginning is kept. */
const LONGEST_TEXT = 16 * 1024;
const LONGEST_READ = 4 * LONGEST_TEXT;

type Rule = readonly [form: RegExp, instead: string];

const ASSIGNED = String.raw`(?:\\*["'])?\s*(?:[:=]|%3A|%3D)\s*`;
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`;
const SECRET_NAMES = [
  'token',
  'secret',
  'passw(?:or)?d',
  'pwd',
  'api[-_]?key',
  'access[-_]?key(?:[-_]?id)?',
  'oauth_(?:consumer_key|nonce)',
  'signature',
  'credential',
  'session(?:[-_]?id)?',
  'verifier',
  'csrf',
  'wcqsoauth',
].join('|');

/**
 * The forms of secrets, in the order in which they are looked for. No text makes them slow: none has a
 * repetition inside another, or looks further ahead than a few hundred characters from many places.
 */
const RULES: readonly Rule[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, CENSORED],
  // Whole headers: what a header holds has no end but that of its line or of its quotes.
  [
    new RegExp(
      String.raw`(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)(${ASSIGNED}|\\*["']\s*,\s*)(?!\s*\[secret\])(?:${QUOTED}|[^\r\n]*)`,
      'gi',
    ),
    `$1$2${CENSORED}`,
  ],
  [/\b(Bearer|Basic)(?:\s|%20|\+)+[^\s"',;\\]+/gi, `$1 ${CENSORED}`],
  [/(:\/\/[^\s:/?#@"']*):[^\s/?#"']+@/g, `$1:${CENSORED}@`],
  // Facebook's CDN signs with several parameters, whose names change.
  [/(:\/\/[^\s/?#"']*\bfbcdn\.net[^\s?#"'<>]{0,500})\?[^\s"'<>]*/gi, `$1?${CENSORED}`],
  [
    /([?&](?:key|sig|oh|oe|_nc_\w{1,20}|hmac|x-amz-[\w-]{1,30}|policy|key-pair-id)=)[^\s&"'<>#\\]+/gi,
    `$1${CENSORED}`,
  ],
  // `name=value`, `"name": "value"`, `name: 'value'`; without quotes after a colon only what does not look like prose.
  [
    new RegExp(
      String.raw`(${SECRET_NAMES})((?:\\*["'])?\s*(?:=|%3D)\s*\\*["']?|(?:\\*["'])?\s*(?::|%3A)\s*\\*["'])[^\s"'&;,<>\\]+`,
      'gi',
    ),
    `$1$2${CENSORED}`,
  ],
  [
    new RegExp(String.raw`(${SECRET_NAMES})(\s*(?::|%3A)\s*)(?=[^\s"'&;,]{0,200}\d)[^\s"'&;,<>\\]{8,}`, 'gi'),
    `$1$2${CENSORED}`,
  ],
  [/[0-9a-f]{32,64}(?:\+|%2B)(?:\\{1,8}|%5C)/gi, CENSORED],
  [/\bcur_[\w-]{20,}/g, `cur_${CENSORED}`],
  [/\bs(?::|%3A)[\w-]{16,}\.[\w%+/-]+=*/g, CENSORED],
  [/(?<![\w-])eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, CENSORED],
  [/\bMLY(?:\||%7C)\d+(?:\||%7C)\w+/gi, CENSORED],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, CENSORED],
  // MediaWiki's and Flickr's keys are 32 hexadecimal digits, their secrets 40; so is a SHA-1, which may be told as such,
  // and the id of a trace is 32.
  [
    /(?<![0-9a-f])(?<!\b00-)(?<!trace_?id\W{1,4})(?<!sha-?1\W{1,4})(?:[0-9a-f]{40}|[0-9a-f]{32})(?![0-9a-f])/gi,
    CENSORED,
  ],
  [/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])/g, CENSORED],
];

/** Something of this is in every text in which one of the forms could be: most texts are done with at one look. */
const HINT =
  /token|secret|passw|pwd|key|oauth_|signature|credential|session|verifier|csrf|wcqsoauth|cookie|authorization|bearer|basic|:\/\/|[?&]|\bs(?::|%3A)|cur_|eyJ|MLY|AKIA|ASIA|[0-9a-f]{32}|[A-Za-z0-9+/]{43}=/i;

const spellings = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  encodeURIComponent(encodeURIComponent(secret)),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

const longestFirst = (a: string, b: string): number => b.length - a.length;

/** Cut where no word is halved: half a secret has no form any more. */
function beginningOf(text: string): string {
  if (text.length <= LONGEST_READ) return text;
  const cut = text.slice(0, LONGEST_READ);
  return cut.slice(0, Math.max(cut.lastIndexOf(' '), cut.lastIndexOf('\n'), 0));
}

export type ScrubText = (text: string) => string;

/**
 * A function that takes out of any text what has the form of a secret (headers, tokens, passwords in addresses, signatures of
 * signed addresses, …) and what is known to be one, however it is encoded. Of texts beyond 16 KiB the rest is left out.
 * @param known values that no text may have in it; those below 8 characters are left to the forms
 */
export function textScrubber(known: readonly string[] = []): ScrubText {
  const exact = [...new Set(known.filter(({ length }) => length >= SHORTEST_KNOWN).flatMap(spellings))].sort(
    longestFirst,
  );
  return (text) => {
    let clean = beginningOf(text);
    for (const secret of exact) if (clean.includes(secret)) clean = clean.replaceAll(secret, CENSORED);
    if (HINT.test(clean)) for (const [form, instead] of RULES) clean = clean.replace(form, instead);
    return clean.length <= LONGEST_TEXT ? clean : `${clean.slice(0, LONGEST_TEXT)}…`;
  };
}
