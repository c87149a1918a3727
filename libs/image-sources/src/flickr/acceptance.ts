import { RefusedError } from '#app/protocol';

import { asObject, readId, readList, readObject, readText } from '../http/read-fields.js';
import type { BadAuthors } from './bad-authors.js';
import type { FlickrApi } from './flickr-api.js';
import {
  confirmLicenses,
  describeDifferences,
  findLicenseProblem,
  type ListedLicense,
} from './flickr-licenses.js';
import type { FlickrPhoto } from './flickr-photo.js';

export interface AcceptanceOptions {
  /** Take licences that need a person's review, see flickr-licenses.ts. */
  acceptsReview: boolean;
  /** Told what the operator should know. */
  onProblem?: (problem: Error) => void;
}

const LICENSES_TTL_MS = 24 * 3_600_000;

/** Decides which photos may go to Commons. What cannot be told for certain may not. */
export class Acceptance {
  private licenses: Promise<ReadonlySet<string>> | undefined;
  private askedAt = 0;

  constructor(
    private readonly api: FlickrApi,
    private readonly badAuthors: BadAuthors,
    private readonly options: AcceptanceOptions,
  ) {}

  /** Compares Flickr's own list of licences with ours. @returns the numbers that mean the same @throws TemporaryError */
  confirmLicenses(): Promise<ReadonlySet<string>> {
    if (this.licenses && Date.now() - this.askedAt < LICENSES_TTL_MS) return this.licenses;
    this.askedAt = Date.now();
    const licenses = this.fetchLicenses();
    this.licenses = licenses;
    licenses.catch(() => {
      if (this.licenses === licenses) this.licenses = undefined;
    });
    return licenses;
  }

  /** Why this photo may not be uploaded, or null. @throws TemporaryError when it cannot be told now */
  async findRefusal(photo: FlickrPhoto): Promise<RefusedError | null> {
    if (photo.isVideo) {
      return new RefusedError('flickr-video', 'This is a film: only photos are taken from Flickr.');
    }
    const confirmed = await this.confirmLicenses();
    const { acceptsReview } = this.options;
    const problem = findLicenseProblem(photo.license, { confirmed, acceptsReview });
    if (problem) return problem;
    if (!photo.isSafe) {
      return new RefusedError('flickr-unsafe', 'This photo is not marked on Flickr as safe for everyone.');
    }
    return (await this.badAuthors.includes(photo.owner))
      ? new RefusedError(
          'flickr-bad-author',
          'Wikimedia Commons takes no photos of this Flickr account, because they are known to be often not its own.',
        )
      : null;
  }

  private async fetchLicenses(): Promise<ReadonlySet<string>> {
    const answer = await this.api.call('flickr.photos.licenses.getInfo', {});
    const listed = readList(readObject(answer, 'licenses'), 'license').flatMap((entry): ListedLicense[] => {
      const license = asObject(entry);
      const id = readId(license, 'id');
      return id === undefined ? [] : [{ id, url: readText(license, 'url') ?? '' }];
    });
    const differences = describeDifferences(listed);
    if (differences !== null) this.options.onProblem?.(new Error(differences));
    return confirmLicenses(listed);
  }
}
