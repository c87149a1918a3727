import {
  BatchRepository,
  UploadRepository,
  UserRepository,
  type Batch,
  type Database,
  type NewUpload,
} from '#app/persistence';
import type { UploadState } from '#app/protocol';
import { randomBytes } from 'node:crypto';

/** An upload as a slice brings it. */
export const aNewUpload = (members: Partial<NewUpload> = {}): NewUpload => {
  const key = members.key ?? randomBytes(6).toString('hex');
  return {
    key,
    handler: 'mapillary',
    collection: 'a-sequence',
    filename: `A street ${key}.jpg`,
    wikitext: '== {{int:filedesc}} ==',
    labels: [{ language: 'en', value: 'A street' }],
    copyrightOverride: false,
    plannedAt: new Date('2026-01-01T00:00:00Z'),
    accessToken: 'k1.sealed',
    status: 'queued',
    ...members,
  };
};

/** A person who has signed in. */
export async function aUser(
  database: Database,
  username = 'Alice',
): Promise<{ userid: string; username: string }> {
  const userid = randomBytes(6).toString('hex');
  await new UserRepository(database).saveSignIn({ userid, username, encryptedToken: 'k1.sealed' });
  return { userid, username };
}

/** A batch of a person with these uploads in it, all of one slice. */
export async function aBatch(
  database: Database,
  uploads: readonly NewUpload[],
  userid?: string,
): Promise<{ batch: Batch; uploads: UploadState[] }> {
  const owner = userid ?? (await aUser(database)).userid;
  const batch = await new BatchRepository(database).create(owner);
  const slice = { batchid: batch.id, userid: owner, sliceid: 0, itemsHash: 'hash', uploads };
  const accepted = await new UploadRepository(database).acceptSlice(slice);
  return { batch, uploads: accepted.uploads };
}
