import { RefusedError } from '#app/protocol';

import { COPYRIGHTED, DEDICATED, type CopyrightStatus } from '../copyright-status.js';

export interface ManifestLicense {
  /** As people know it, `CC BY-SA 4.0`. */
  name: string;
  /** Item of the licence (P275). */
  item: string;
  status: CopyrightStatus;
  /** Wikitext of the licence on the file's page. */
  template: string;
}

const ATTRIBUTION: readonly (readonly [version: string, by: string, bySa: string])[] = [
  ['1.0', 'Q30942811', 'Q47001652'],
  ['2.0', 'Q19125117', 'Q19068220'],
  ['2.5', 'Q18810333', 'Q19113751'],
  ['3.0', 'Q14947546', 'Q14946043'],
  ['4.0', 'Q20007257', 'Q18199165'],
];

const attribution = (kind: 'BY' | 'BY-SA', version: string, item: string): ManifestLicense => ({
  name: `CC ${kind} ${version}`,
  item,
  status: COPYRIGHTED,
  template: `{{Cc-${kind.toLowerCase()}-${version}}}`,
});

/** What a manifest may name. @see https://commons.wikimedia.org/wiki/Commons:Licensing#Well-known_licenses */
const LICENSES: readonly ManifestLicense[] = [
  ...ATTRIBUTION.flatMap(([version, by, bySa]) => [
    attribution('BY', version, by),
    attribution('BY-SA', version, bySa),
  ]),
  { name: 'CC0', item: 'Q6938433', status: DEDICATED, template: '{{Cc-zero}}' },
];

/** One spelling for the ways people write a licence, `cc by sa 4.0`. */
const fold = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?creativecommons\.org\/(?:licenses|publicdomain)\//, 'cc ')
    .replace(/\/(?:deed\.[\w-]+|legalcode(?:\.[\w-]+)?)?$/, '')
    .replace(/[\s_/-]+/g, ' ')
    .replace(/^cc ?(?:0|zero)(?: 1\.0)?$/, 'cc0');

const bySpelling: ReadonlyMap<string, ManifestLicense> = new Map(
  LICENSES.map((license) => [fold(license.name), license]),
);

/** @param name short name or address of the licence, in any usual spelling @throws RefusedError `manifest-license` */
export function readLicense(name: string): ManifestLicense {
  const license = bySpelling.get(fold(name));
  if (license !== undefined) return license;
  const reason = /\bn[cd]\b/.test(fold(name))
    ? 'which Wikimedia Commons does not accept'
    : 'which is not known here';
  throw new RefusedError(
    'manifest-license',
    `The licence is “${name.trim()}”, ${reason}: it must be CC0, or CC BY or CC BY-SA with its version.`,
  );
}
