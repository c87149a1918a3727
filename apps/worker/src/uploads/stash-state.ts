/** What a checkpoint says when nothing is stashed. */
export const NO_STASH = { fileKey: null, stashOffset: 0, stashComplete: false } as const;
