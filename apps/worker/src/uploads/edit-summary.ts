interface SummaryParts {
  /** e.g. `Mapillary image 123` */
  image: string;
  batchid: number;
  editGroupId: string;
  /** The batch that an administrator's retry was copied from. */
  retryOf?: number;
}

const details = ({ batchid, editGroupId, retryOf }: SummaryParts): string =>
  `(batch ${batchid})${retryOf === undefined ? '' : ` (retry of batch ${retryOf})`} ` +
  `([[:toolforge:editgroups-commons/b/curator/${editGroupId}|details]])`;

/** Ids of manifests are what people like: longer ones would leave no room for the link. */
const MAX_NAME = 150;
/** Of links, and of the sections that an edit is said to be of. @see https://www.mediawiki.org/wiki/Help:Edit_summary */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/\[/g, '('],
  [/\]/g, ')'],
  [/[|&<>]/g, ' '],
  [/\/\*|\*\//g, '/'],
  [/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' '],
];

/** Nobody can write another batch's link with it, or any other. */
const nameOf = ({ image }: SummaryParts): string => {
  const plain = PLAIN.reduce((text, [markup, instead]) => text.replaceAll(markup, instead), image);
  const characters = [...plain.trim()];
  return characters.length > MAX_NAME ? `${characters.slice(0, MAX_NAME).join('')}…` : characters.join('');
};

/** EditGroups finds the edits of a batch by the link in it. */
export const uploadSummary = (parts: SummaryParts): string =>
  `Uploaded via Curator from ${nameOf(parts)} ${details(parts)}`;

export const mergeSummary = (parts: SummaryParts): string =>
  `Merging SDC from ${nameOf(parts)} ${details(parts)}`;
