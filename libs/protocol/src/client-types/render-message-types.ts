import { ERROR_CODES } from '../error-codes.js';
import { buildAsyncApiDocument } from '../messages/asyncapi-document.js';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from '../messages/message-tables.js';
import { IMAGE_SOURCE_NAMES } from '../nouns.js';
import { DUPLICATE_STATUSES, isTerminal, UPLOAD_STATUSES } from '../upload-lifecycle.js';
import { renderFields, renderSchemas } from './render-type.js';

interface Document {
  components: {
    messages: Record<string, { payload: Record<string, unknown> }>;
    schemas: Record<string, unknown>;
  };
}

const isDocument = (value: object): value is Document => 'components' in value;

const HEAD = `// Written by \`npm run docs:write\` from the messages of libs/protocol: changes by hand do not last.\n`;

/** \`FETCH_IMAGES\` → \`FetchImagesMessage\`. */
const messageName = (type: string): string =>
  `${type.replaceAll(/(?:^|_)([A-Z])([A-Z]*)/g, (_, first: string, rest: string) => first + rest.toLowerCase())}Message`;

const union = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(' | ');

/** The unions that occur everywhere, by their names. */
const nameUnions = (text: string): string =>
  text
    .replaceAll(union(UPLOAD_STATUSES), 'UploadStatus')
    .replaceAll(union(IMAGE_SOURCE_NAMES), 'ImageSourceName');

const list = (values: readonly string[], indent = '  '): string =>
  values.map((value) => `${indent}'${value}',\n`).join('');

const dataKind = (payload: Record<string, unknown>): string => {
  const data = (payload['properties'] as Record<string, { type?: string } | undefined>)['data'];
  return data?.type ?? 'object';
};

/** The TypeScript types of all messages, made from the AsyncAPI document, for programs that have nothing but these. */
export const renderMessageTypes = (): string => {
  const document = buildAsyncApiDocument();
  if (!isDocument(document)) throw new TypeError('The AsyncAPI document has no components');
  const { messages, schemas } = document.components;
  const payloadOf = (type: string): Record<string, unknown> => messages[type]?.payload ?? {};
  const message = (type: string, about = ''): string =>
    `${about === '' ? '' : `/** ${about} */\n`}export interface ${messageName(type)} {\n${renderFields(payloadOf(type), '  ')}}\n`;
  const table = (name: string, types: readonly string[], about: string): string =>
    `/** ${about} */\nexport interface ${name} {\n${types.map((type) => `  ${type}: ${messageName(type)};\n`).join('')}}\n`;
  const ours = Object.entries(CLIENT_MESSAGES);
  const theirs = Object.keys(SERVER_MESSAGES);
  const answers = ours.map(([type, row]) => {
    const named = row.answers.filter((answer) => answer !== 'ERROR').map((answer) => `'${answer}'`);
    return `  ${type}: ${named.length === 0 ? 'never' : named.join(' | ')};\n`;
  });
  return [
    HEAD,
    nameUnions(renderSchemas(schemas)),
    ...ours.map(([type, { about }]) => nameUnions(message(type, about))),
    ...theirs.map((type) => nameUnions(message(type))),
    table(
      'ClientMessages',
      ours.map(([type]) => type),
      'Every message that a client sends, by its type.',
    ),
    table('ServerMessages', theirs, 'Every message that a server sends, by its type.'),
    `/** What may answer each message, beside \`ERROR\`. */\nexport interface Answers {\n${answers.join('')}}\n`,
    `export type ClientMessage = ClientMessages[keyof ClientMessages];\n`,
    `export type ServerMessage = ServerMessages[keyof ServerMessages];\n`,
    `/** The JSON type of each server message's \`data\`. */\nexport const SERVER_MESSAGE_DATA = {\n${theirs
      .map((type) => `  ${type}: '${dataKind(payloadOf(type))}',\n`)
      .join('')}} as const;\n`,
    `export const UPLOAD_STATUSES = [\n${list(UPLOAD_STATUSES)}] as const;\n`,
    `/** Where images come from: the \`handler\` of messages. */\nexport const IMAGE_SOURCE_NAMES = [\n${list(IMAGE_SOURCE_NAMES)}] as const;\n`,
    `export type ImageSourceName = (typeof IMAGE_SOURCE_NAMES)[number];\n`,
    `export type UploadStatus = (typeof UPLOAD_STATUSES)[number];\n`,
    `/** An upload of one of these changes no more. */\nexport const TERMINAL_STATUSES: readonly UploadStatus[] = [\n${list(
      UPLOAD_STATUSES.filter(isTerminal),
    )}];\n`,
    `/** Commons had the file already. */\nexport const DUPLICATE_STATUSES: readonly UploadStatus[] = [\n${list(DUPLICATE_STATUSES)}];\n`,
    `/** Codes of errors on REST, see docs/errors.md. */\nexport const SERVICE_ERROR_CODES = [\n${list(ERROR_CODES)}] as const;\n`,
    `export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number];\n`,
  ].join('\n');
};
