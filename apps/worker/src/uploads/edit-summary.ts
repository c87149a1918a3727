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

/** EditGroups finds the edits of a batch by the link in it. */
export const uploadSummary = (parts: SummaryParts): string =>
  `Uploaded via Curator from ${parts.image} ${details(parts)}`;

export const mergeSummary = (parts: SummaryParts): string =>
  `Merging SDC from ${parts.image} ${details(parts)}`;
