import { targetConstructorToSchema } from 'class-validator-jsonschema';
import type { MessageClass } from './field-readers.js';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from './message-tables.js';
import { referencedSchemas } from './schema-names.js';

type Json = Record<string, unknown>;

/** Bounds alone: the library's own converters would turn a bounded integer into any number. */
const CONVERTERS = {
  min: ({ constraints }: { constraints?: unknown[] }) =>
    constraints?.[0] === Number.MIN_SAFE_INTEGER ? {} : { minimum: Number(constraints?.[0]) },
  max: ({ constraints }: { constraints?: unknown[] }) =>
    constraints?.[0] === Number.MAX_SAFE_INTEGER ? {} : { maximum: Number(constraints?.[0]) },
};

const schemaOf = (type: MessageClass, closed: boolean): Json => ({
  ...targetConstructorToSchema(type, { additionalConverters: CONVERTERS }),
  ...(closed && { additionalProperties: false }),
});

const namesIn = (schema: Json): string[] =>
  [...JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name);

/** Schemas that these schemas reach, by name. Objects that a server sends are closed: clients refuse what they don't know. */
const reachable = (from: readonly Json[], closed: boolean): Map<string, Json> => {
  const found = new Map<string, Json>();
  const queue = from.flatMap(namesIn);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const type = referencedSchemas().get(name);
    if (found.has(name) || type === undefined) continue;
    const schema = schemaOf(type, closed);
    found.set(name, schema);
    queue.push(...namesIn(schema));
  }
  return found;
};

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
const messageRef = (type: string): Json => ({ $ref: `#/components/messages/${type}` });
const channelRef = (type: string): Json => ({ $ref: `#/channels/curator/messages/${type}` });
const channel = { $ref: '#/channels/curator' };

/** The AsyncAPI 3 document of the WebSocket, made from the message classes. Plain JSON. See https://www.asyncapi.com/docs/reference/specification/v3.0.0 */
export const buildAsyncApiDocument = (): Json => {
  const fromClient = Object.entries(CLIENT_MESSAGES).map(([type, row]) => ({
    type,
    row,
    payload: schemaOf(row.message, false),
  }));
  const fromServer = Object.entries(SERVER_MESSAGES).map(([type, message]) => ({
    type,
    payload: schemaOf(message, true),
  }));
  const messages = [...fromClient, ...fromServer];
  const schemas = new Map([
    ...reachable(
      fromClient.map(({ payload }) => payload),
      false,
    ),
    ...reachable(
      fromServer.map(({ payload }) => payload),
      true,
    ),
  ]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Curator WebSocket API',
      version: '1.0.0',
      description:
        'JSON text frames, one object a frame, discriminated by `type`. A frame that does not parse or validate is answered ' +
        'with `ERROR` "Invalid message format", an unknown `type` with `ERROR` "Unknown action". Authentication is the ' +
        'session cookie of the upgrade request, or `Authorization: Bearer` with an API token.\n\n' +
        '**Limits** (docs/operations/limits.md has them all, with their variables). The upgrade is answered with HTTP 403 for a ' +
        'foreign `Origin`, 429 for too many attempts or connections, 503 while the server has as many as it can. A message has ' +
        'at most 16 MiB. Who sends too fast is answered more slowly, then with `ERROR` "You are sending too many messages. …"; ' +
        'who watches too much gets `ERROR` "You are watching as much as one person may. …". Who reads too slowly is told only ' +
        'the newest state of what is watched.\n\n' +
        '**Close codes.** 1001: the server restarts, connect again. 1002: the frame was not as WebSockets have them, or ' +
        'compressed. 1008: the session has ended, or too many messages were sent on after they were refused. 1009: a message ' +
        'was too large. 1013: the client reads or sends too slowly, or the server is short of memory; connect again later.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: { curator: { host: 'localhost:8000', protocol: 'ws' } },
    channels: {
      curator: {
        address: '/ws',
        messages: Object.fromEntries(messages.map(({ type }) => [type, messageRef(type)])),
      },
    },
    operations: {
      ...Object.fromEntries(
        fromClient.map(({ type, row }) => [
          `receive_${type}`,
          {
            action: 'receive',
            summary: row.about,
            channel,
            messages: [channelRef(type)],
            ...(row.answers.length > 0 && { reply: { channel, messages: row.answers.map(channelRef) } }),
          },
        ]),
      ),
      send: { action: 'send', channel, messages: fromServer.map(({ type }) => channelRef(type)) },
    },
    components: {
      messages: Object.fromEntries(messages.map(({ type, payload }) => [type, { name: type, payload }])),
      schemas: Object.fromEntries([...schemas].sort(byName)),
    },
  };
};

/** The document as it is committed. */
export const asyncApiText = (): string => `${JSON.stringify(buildAsyncApiDocument(), null, 2)}\n`;
