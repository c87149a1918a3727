import { type CommonsWiki, type PhotoCdn, SignedClient } from '../upstreams/index.js';
import type { EarlierFile } from './plan.js';

const SOMEBODY = 'Somebody before';

/** Puts the files on the wiki that others have uploaded before the run. @throws Error when one is not taken */
export async function publishEarlierFiles(
  commons: CommonsWiki,
  cdn: PhotoCdn,
  files: readonly EarlierFile[],
): Promise<void> {
  commons.createUser({ name: SOMEBODY, groups: ['bot'], editCount: 5_000 });
  const client = new SignedClient(commons.apiUrl, commons.consumer, commons.accessToken(SOMEBODY));
  const token = await client.csrfToken();
  for (const { title, imageId } of files) {
    const photo = await (await fetch(cdn.photoUrl(imageId, 'original'))).arrayBuffer();
    const params = {
      action: 'upload',
      formatversion: '2',
      filename: title,
      text: 'Earlier',
      token,
      ignorewarnings: '1',
    };
    const answer = await client.post(params, { files: { file: new Uint8Array(photo) } });
    if (commons.file(title) === null) throw new Error(`${title} was not taken: ${answer.text}`);
  }
}
