import { RefusedError } from '#app/protocol';

import { COPYRIGHTED, DEDICATED, type CopyrightStatus } from '../copyright-status.js';

/** What Commons says about files under a licence. */
export type Acceptance =
  /** Free. */
  | 'accepted'
  /** Free only if somebody has looked into it. */
  | 'review'
  | 'refused';

export interface FlickrLicense {
  id: string;
  /** As people know it, `CC BY 2.0`. */
  name: string;
  /** What Flickr links to for it; its words have changed over the years, its addresses tell what is meant. */
  url: RegExp;
  acceptance: Acceptance;
  /** Wikitext of the licence on the file's page. */
  template?: string;
  /** Item of the licence (P275). */
  item?: string;
  /** Copyright status (P6216). */
  status?: CopyrightStatus;
}

const US_GOVERNMENT: CopyrightStatus = {
  item: 'Q19652', // public domain
  qualifiers: [
    ['P1001', 'Q30'], // applies to jurisdiction: United States
    ['P459', 'Q60671452'], // determination method: work of the federal government
  ],
};

const deed = (path: string): RegExp => new RegExp(`^creativecommons\\.org/${path}(?:/deed\\.\\w+)?$`);
const refused = (id: string, name: string, url: RegExp): FlickrLicense => ({
  id,
  name,
  url,
  acceptance: 'refused',
});

/**
 * The licences of Flickr that are known here. What is free on Commons:
 * https://commons.wikimedia.org/wiki/Commons:Flickr_files; the numbers: flickr.photos.licenses.getInfo.
 */
const LICENSES: readonly FlickrLicense[] = [
  refused('0', 'All Rights Reserved', /^/),
  refused('1', 'CC BY-NC-SA 2.0', deed('licenses/by-nc-sa/2.0')),
  refused('2', 'CC BY-NC 2.0', deed('licenses/by-nc/2.0')),
  refused('3', 'CC BY-NC-ND 2.0', deed('licenses/by-nc-nd/2.0')),
  {
    id: '4',
    name: 'CC BY 2.0',
    url: deed('licenses/by/2.0'),
    acceptance: 'accepted',
    template: '{{Cc-by-2.0}}',
    item: 'Q19125117',
    status: COPYRIGHTED,
  },
  {
    id: '5',
    name: 'CC BY-SA 2.0',
    url: deed('licenses/by-sa/2.0'),
    acceptance: 'accepted',
    template: '{{Cc-by-sa-2.0}}',
    item: 'Q19068220',
    status: COPYRIGHTED,
  },
  refused('6', 'CC BY-ND 2.0', deed('licenses/by-nd/2.0')),
  {
    id: '7',
    name: 'No known copyright restrictions',
    url: /^flickr\.com\/commons\/usage$/,
    acceptance: 'review',
    template: '{{Flickr-no known copyright restrictions}}',
  },
  {
    id: '8',
    name: 'United States Government Work',
    url: /^usa\.gov\/(?:government-copyright|copyright\.shtml)$/,
    acceptance: 'review',
    template: '{{PD-USGov}}',
    item: 'Q60671452',
    status: US_GOVERNMENT,
  },
  {
    id: '9',
    name: 'CC0 1.0',
    url: deed('publicdomain/zero/1.0'),
    acceptance: 'accepted',
    template: '{{Cc-zero}}',
    item: 'Q6938433',
    status: DEDICATED,
  },
  {
    id: '10',
    name: 'Public Domain Mark 1.0',
    url: deed('publicdomain/mark/1.0'),
    acceptance: 'review',
    template: '{{safesubst:Flickr-public domain mark/subst}}',
    item: 'Q19652',
    status: DEDICATED,
  },
  {
    id: '11',
    name: 'CC BY 4.0',
    url: deed('licenses/by/4.0'),
    acceptance: 'accepted',
    template: '{{Cc-by-4.0}}',
    item: 'Q20007257',
    status: COPYRIGHTED,
  },
  {
    id: '12',
    name: 'CC BY-SA 4.0',
    url: deed('licenses/by-sa/4.0'),
    acceptance: 'accepted',
    template: '{{Cc-by-sa-4.0}}',
    item: 'Q18199165',
    status: COPYRIGHTED,
  },
  refused('13', 'CC BY-ND 4.0', deed('licenses/by-nd/4.0')),
  refused('14', 'CC BY-NC 4.0', deed('licenses/by-nc/4.0')),
  refused('15', 'CC BY-NC-SA 4.0', deed('licenses/by-nc-sa/4.0')),
  refused('16', 'CC BY-NC-ND 4.0', deed('licenses/by-nc-nd/4.0')),
];

const byId: ReadonlyMap<string, FlickrLicense> = new Map(LICENSES.map((license) => [license.id, license]));

export const findLicense = (id: string): FlickrLicense | null => byId.get(id) ?? null;

/** What a client shows. */
export const licenseName = (id: string): string => findLicense(id)?.name ?? `Unknown Flickr licence ${id}`;

/** One entry of flickr.photos.licenses.getInfo. */
export interface ListedLicense {
  id: string;
  url: string;
}

const bareAddress = (url: string): string =>
  url
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '');

/** The licences of ours that Flickr's own list confirms: the same number leads to the same licence text. */
export function confirmLicenses(listed: readonly ListedLicense[]): ReadonlySet<string> {
  const confirmed = listed.filter(({ id, url }) => findLicense(id)?.url.test(bareAddress(url)));
  return new Set(confirmed.map(({ id }) => id));
}

/** Where the numbers of Flickr mean something else than here, in words for the operator; null when all is as it should be. */
export function describeDifferences(listed: readonly ListedLicense[]): string | null {
  const confirmed = confirmLicenses(listed);
  const unknown = listed.filter(({ id }) => findLicense(id) === null).map(({ id }) => id);
  const changed = LICENSES.filter(({ id, acceptance }) => acceptance !== 'refused' && !confirmed.has(id));
  const parts = [
    ...(unknown.length > 0 ? [`unknown: ${unknown.join(', ')}`] : []),
    ...(changed.length > 0 ? [`not as expected: ${changed.map(({ id }) => id).join(', ')}`] : []),
  ];
  return parts.length === 0
    ? null
    : `The licences of Flickr differ from those known here (${parts.join('; ')}). Photos under them are refused.`;
}

/**
 * Why a photo under this licence cannot be uploaded, or null. Whatever is not known for certain is refused.
 * @param confirmed see confirmLicenses
 */
export function findLicenseProblem(
  id: string,
  { confirmed, acceptsReview }: { confirmed: ReadonlySet<string>; acceptsReview: boolean },
): RefusedError | null {
  const license = findLicense(id);
  const refuse = (reason: string): RefusedError => new RefusedError('flickr-license', reason);
  if (license === null) {
    return refuse(`This photo is under a licence that is not known here (Flickr's number ${id}).`);
  }
  switch (license.acceptance) {
    case 'refused':
      return refuse(
        license.id === '0'
          ? 'This photo is not free: all rights are reserved.'
          : `This photo is under ${license.name}, which Wikimedia Commons does not accept.`,
      );
    case 'review':
      if (!acceptsReview) {
        return refuse(
          `This photo is marked “${license.name}”, which needs a person's review that this server does not offer.`,
        );
      }
      break;
    case 'accepted':
      break;
  }
  return confirmed.has(id)
    ? null
    : refuse(`Flickr has changed what its licence number ${id} means; it cannot be told whether it is free.`);
}
