// Uploads the images of a collection that Commons does not have yet, and watches them arrive.
//
//   CURATOR_URL=https://curator.example.org CURATOR_TOKEN=cur_… node upload-collection.mjs mapillary <sequence>
import { CuratorClient, CuratorError } from '@curator/client';

const [handler, input] = process.argv.slice(2);
const { CURATOR_URL: url, CURATOR_TOKEN: token } = process.env;
if (!url || !token || !input || (handler !== 'mapillary' && handler !== 'flickr')) {
  console.error('CURATOR_URL=… CURATOR_TOKEN=… node upload-collection.mjs mapillary|flickr <collection>');
  process.exit(2);
}

// Node 22 has a global WebSocket; for Node 20 `npm install ws` gives one.
const WebSocket = globalThis.WebSocket ?? (await import('ws')).WebSocket;
const client = new CuratorClient({ url, token, WebSocket });

/** @param {import('@curator/client').MediaImage} image @param {string} collection */
const toItem = (image, collection) => {
  const day = image.dates.taken.slice(0, 10);
  return {
    id: image.id,
    input: collection,
    title: `Street view, ${day} (${image.id}).jpg`,
    wikitext: [
      '== {{int:filedesc}} ==',
      '{{Information',
      `|description={{en|1=A street on ${day}}}`,
      `|date=${day}`,
      `|source=${image.urls.url}`,
      `|author=[${image.creator.profile_url} ${image.creator.username}]`,
      '}}',
      '== {{int:license-header}} ==',
      '{{cc-by-sa-4.0}}',
    ].join('\n'),
    labels: { language: 'en', value: `A street on ${day}` },
  };
};

try {
  const collection = await client.openCollection({ handler, input });
  for (const warning of collection.warnings) console.warn(warning);
  const missing = collection.images.filter(({ existing }) => existing.length === 0);
  console.log(`${collection.images.length} images, ${missing.length} of them not on Commons yet.`);
  if (missing.length > 0) {
    const items = missing.map((image) => toItem(image, collection.input));
    const batchid = await client.upload(handler, items);
    console.log(`Batch ${batchid}`);
    for await (const uploads of client.watchBatch(batchid)) {
      for (const { key, status, success, error } of uploads) {
        console.log(`${key} ${status} ${success ?? error?.message ?? ''}`.trimEnd());
      }
    }
    console.log('All have ended.');
  }
} catch (error) {
  if (!(error instanceof CuratorError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  client.close();
}
