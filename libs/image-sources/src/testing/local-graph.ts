import { sendJson, startLocalServer, type LocalServer } from './local-server.js';

export interface GraphImage {
  id: string;
  captured_at: number;
  sequence?: string;
  [field: string]: unknown;
}

export interface LocalGraph extends LocalServer {
  images: Map<string, GraphImage>;
  /** Sequence → ids it lists, which may be gone. */
  sequences: Map<string, string[]>;
  /** More ids in one request are answered with "Please reduce the amount of data". */
  mostIds: number;
  /** Whether one id that is gone spoils the whole batch. */
  refusesWholeBatch: boolean;
  /** Answers to give before any other, once each. */
  faults: { status: number; body: string; headers?: Record<string, string> }[];
  tokens: Set<string | undefined>;
  /** Milliseconds before each answer. */
  latencyMs: number;
}

/** @param at order in the sequence; it also moves the place and the time a little */
export function aGraphImage(id: string, at: number, more: Record<string, unknown> = {}): GraphImage {
  return {
    id,
    captured_at: Date.UTC(2023, 9, 11, 8, 30) + at * 1_000,
    compass_angle: (at * 7) % 360,
    creator: { username: 'street_mapper', id: '102718865306727' },
    geometry: { type: 'Point', coordinates: [13.401 + at * 1e-5, 52.521] },
    height: 3024,
    width: 4032,
    is_pano: false,
    make: 'Apple',
    model: 'iPhone 12',
    thumb_256_url: `https://cdn.example.org/${id}/256.jpg`,
    thumb_1024_url: `https://cdn.example.org/${id}/1024.jpg`,
    thumb_original_url: `https://cdn.example.org/${id}/original.jpg`,
    ...more,
  };
}

const notFound = (id: string): unknown => ({
  error: {
    message: `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
    type: 'MLYApiException',
    code: 100,
    error_subcode: 33,
  },
});

const only = (image: GraphImage, fields: string | null): Record<string, unknown> =>
  Object.fromEntries(
    ['id', ...(fields ?? '').split(',')].flatMap((field) => (field in image ? [[field, image[field]]] : [])),
  );

/** As much of the Graph API as the specs need; fields that were not asked for are not given. */
export async function startLocalGraph(): Promise<LocalGraph> {
  const answer = (url: URL): [number, unknown] => {
    const fields = url.searchParams.get('fields');
    if (url.pathname === '/image_ids') {
      const ids = graph.sequences.get(url.searchParams.get('sequence_id') ?? '') ?? [];
      return [200, { data: ids.map((id) => ({ id })) }];
    }
    if (url.pathname !== '/') {
      const id = url.pathname.slice(1);
      const image = graph.images.get(id);
      return image ? [200, only(image, fields)] : [400, notFound(id)];
    }
    const ids = (url.searchParams.get('ids') ?? '').split(',');
    if (ids.length > graph.mostIds) {
      const message = "Please reduce the amount of data you're asking for, then retry your request";
      return [500, { error: { code: 1, message } }];
    }
    const gone = ids.find((id) => !graph.images.has(id));
    if (graph.refusesWholeBatch && gone !== undefined) return [400, notFound(gone)];
    return [
      200,
      Object.fromEntries(
        ids.flatMap((id) => {
          const image = graph.images.get(id);
          return image ? [[id, only(image, fields)]] : [];
        }),
      ),
    ];
  };

  const server = await startLocalServer((request, response, url) => {
    graph.tokens.add(request.headers.authorization);
    setTimeout(() => {
      const fault = graph.faults.shift();
      if (fault) response.writeHead(fault.status, fault.headers).end(fault.body);
      else sendJson(response, ...answer(url));
    }, graph.latencyMs).unref();
  });
  const graph: LocalGraph = {
    ...server,
    images: new Map(),
    sequences: new Map(),
    mostIds: 50,
    refusesWholeBatch: false,
    faults: [],
    tokens: new Set(),
    latencyMs: 0,
  };
  return graph;
}
