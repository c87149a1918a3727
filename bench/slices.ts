import type { LiveClient } from '../test/support/live-client.js';
import { queryRows } from '../test/support/query-rows.js';
import { Stack } from '../test/support/stack.js';
import { anItem, type Item } from '../test/support/upload-collection.js';
import { type BenchCase, quantile } from './figure.js';
import { MANY_CLIENTS } from './many-clients.js';

const ITEMS = 500;
const SLICES = 20;
const SINGLE_RUNS = 15;
const LONG_RUNS = 3;
const WARM_UPS = 5;
const MOST_MS_A_SLICE = 150;
const MOST_SECONDS_FOR_ALL = 3;

/** How soon slices are acknowledged while a MariaDB that syncs its log at each commit keeps them: one api, no worker beside it. */
export const slices: BenchCase = {
  name: 'slices',
  async run() {
    const stack = await Stack.start({ workers: 0, environment: MANY_CLIENTS });
    try {
      const client = await stack.connect();
      const send = (texts: readonly string[], batchid: number, isPipelined: boolean): Promise<number> =>
        timeSlices(client, texts, { batchid, isPipelined, databaseUrl: stack.stores.databaseUrl });
      const measure = async (runs: number, count: number, isPipelined = false): Promise<number> => {
        const times: number[] = [];
        for (let run = 0; run < runs; run += 1) {
          const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
          times.push(await send(sliceTexts(batchid, count), batchid, isPipelined));
        }
        return quantile(times, 0.5);
      };
      await measure(WARM_UPS, 1);
      const one = await measure(SINGLE_RUNS, 1);
      const sequential = await measure(LONG_RUNS, SLICES);
      const pipelined = await measure(LONG_RUNS, SLICES, true);
      const all = `${ITEMS * SLICES} items in ${SLICES} slices`;
      return [
        {
          name: `${ITEMS} items acknowledged, median of ${SINGLE_RUNS}`,
          measured: one,
          unit: 'ms',
          reference: { atMost: MOST_MS_A_SLICE },
        },
        {
          name: `${all}, one after the other, median of ${LONG_RUNS}`,
          measured: sequential / 1000,
          unit: 's',
          reference: { atMost: MOST_SECONDS_FOR_ALL },
        },
        {
          name: `${all}, all sent at once, median of ${LONG_RUNS}`,
          measured: pipelined / 1000,
          unit: 's',
          reference: { atMost: MOST_SECONDS_FOR_ALL },
        },
      ];
    } finally {
      await stack.stop();
    }
  },
};

/** The frames of a batch, about a megabyte each. */
const sliceTexts = (batchid: number, count: number): string[] =>
  Array.from({ length: count }, (_, sliceid) => {
    const items = Array.from({ length: ITEMS }, (_unused, index) =>
      aRealItem(String(batchid * 1_000_000 + sliceid * ITEMS + index)),
    );
    return JSON.stringify({ type: 'UPLOAD_SLICE', data: { batchid, sliceid, handler: 'mapillary', items } });
  });

/** Milliseconds until the last acknowledgement. @throws Error unless every item has its row by then */
async function timeSlices(
  client: LiveClient,
  texts: readonly string[],
  { batchid, isPipelined, databaseUrl }: { batchid: number; isPipelined: boolean; databaseUrl: string },
): Promise<number> {
  const started = performance.now();
  for (const text of texts) {
    client.sendText(text);
    if (!isPipelined) await client.next('UPLOAD_SLICE_ACK');
  }
  if (isPipelined) for (const _ of texts) await client.next('UPLOAD_SLICE_ACK');
  const milliseconds = performance.now() - started;
  const [row] = await queryRows(
    databaseUrl,
    'SELECT COUNT(*) AS count FROM upload_requests WHERE batchid = ?',
    [batchid],
  );
  const stored = Number(row?.['count']);
  if (stored !== texts.length * ITEMS) throw new Error(`Of batch ${batchid} ${stored} uploads are stored`);
  return milliseconds;
}

/** With a page as the web client writes it, of about 1.5 kB. */
function aRealItem(id: string): Item {
  const title = `Photo from Mapillary 2024-05-17 (${id}) at Unter den Linden, Berlin.jpg`;
  return anItem({ id }, 'cUr8torSeqOfRealItems_', {
    title,
    wikitext: wikitextOf(id),
    labels: { language: 'en', value: `Street view at Unter den Linden in Berlin, 17 May 2024 (${id})` },
  });
}

const wikitextOf = (id: string): string => `=={{int:filedesc}}==
{{Information
|description={{en|1=Street-level photograph of Unter den Linden in the district of Mitte, Berlin, Germany, looking east towards the Museum Island. The photograph is one of a sequence that was taken from a bicycle and covers the whole length of the street, with the Humboldt University, the State Opera and the Zeughaus on its way.}}{{de|1=Aufnahme auf Straßenhöhe der Straße Unter den Linden im Bezirk Mitte von Berlin, mit Blick nach Osten zur Museumsinsel. Das Bild gehört zu einer Sequenz, die von einem Fahrrad aus aufgenommen wurde.}}
|date={{Taken on|2024-05-17|location=Germany}}
|source={{Mapillary-source|key=${id}}}
|author=[https://www.mapillary.com/app/user/street_mapper street_mapper]
|permission=
|other versions=
|other fields={{Information field|name={{int:Camera manufacturer}}|value=GoPro}}{{Information field|name={{int:Camera model}}|value=HERO9 Black}}
}}
{{Location|52.5163|13.3766|heading:87.25|source:Mapillary}}

=={{int:license-header}}==
{{Mapillary}}
{{cc-by-sa-4.0}}

[[Category:Unter den Linden]]
[[Category:Street views of Berlin-Mitte]]
[[Category:Berlin photographs taken on 2024-05-17]]
[[Category:Images from Mapillary]]
[[Category:Images taken with GoPro HERO9 Black]]
[[Category:Photographs taken from bicycles in Berlin]]
[[Category:Views to the east in Berlin]]
[[Category:Uploaded with Curator]]
`;
