import { parseArgs } from 'node:util';

import { startUpstreams, type UpstreamName } from './start-upstreams.js';

const USAGE = `Starts the stand-in upstreams on loopback and prints their addresses as one line of JSON.
  --port NAME=PORT   a fixed port for commons, mapillary, cdn, flickr, wcqs, geocoding or wikidata (repeatable)
  --consumer-key KEY --consumer-secret SECRET   the OAuth consumer of the stand-in Commons`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', multiple: true, default: [] },
    'consumer-key': { type: 'string' },
    'consumer-secret': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  const ports = Object.fromEntries(values.port.map((pair) => pair.split('='))) as Partial<
    Record<UpstreamName, string>
  >;
  const upstreams = await startUpstreams({
    ports: Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, Number(port)])),
    consumer: {
      ...(values['consumer-key'] === undefined ? {} : { key: values['consumer-key'] }),
      ...(values['consumer-secret'] === undefined ? {} : { secret: values['consumer-secret'] }),
    },
  });
  const { commons, mapillary, cdn, flickr, wcqs, geocoding, wikidata, environment } = upstreams;
  const addresses = Object.fromEntries(
    Object.entries({ commons, mapillary, cdn, flickr, wcqs, geocoding, wikidata }).map(([name, upstream]) => [
      name,
      upstream.url,
    ]),
  );
  console.log(JSON.stringify({ addresses, environment }));
  const stop = (): void => void upstreams.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
