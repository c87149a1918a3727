import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { asyncApiText, buildAsyncApiDocument } from './asyncapi-document.js';
import { buildServerFrame } from './build-server-frame.js';
import { CLIENT_MESSAGES, SERVER_MESSAGES, type ServerMessage } from './message-tables.js';

const document = buildAsyncApiDocument();
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(document, 'asyncapi');

const errorsOf = (type: string, frame: unknown): string[] => {
  const validate = ajv.getSchema(`asyncapi#/components/messages/${type}/payload`);
  if (validate === undefined) throw new Error(`No schema for ${type}`);
  void validate(frame);
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
};
const errorsOfFrame = (message: ServerMessage): string[] =>
  errorsOf(message.type, JSON.parse(buildServerFrame(message)));

const update = { id: 1, batchid: 2, status: 'failed', key: 'k', handler: 'mapillary' } as const;

describe('the AsyncAPI document', () => {
  it('is committed as it is generated (npm run docs:write writes it)', () => {
    expect(readFileSync('docs/asyncapi.json', 'utf8')).toBe(asyncApiText());
  });

  it('holds every message, and every reference leads somewhere', () => {
    for (const type of [...Object.keys(CLIENT_MESSAGES), ...Object.keys(SERVER_MESSAGES)]) {
      expect(ajv.getSchema(`asyncapi#/components/messages/${type}/payload`)).toBeDefined();
    }
  });

  it('lets a server object have nothing that is not written down', () => {
    expect(errorsOfFrame({ type: 'UPLOADS_UPDATE', data: [update] })).toEqual([]);
    const more = { ...update, version: 3 };
    expect(errorsOfFrame({ type: 'UPLOADS_UPDATE', data: [more] })).toEqual(['/data/0 additionalProperties']);
    const beside = { type: 'SUBSCRIBED', data: 1, extra: true } as const;
    expect(errorsOfFrame(beside)).toEqual([' additionalProperties']);
  });

  it('asks for the links of a duplicate', () => {
    const links = [{ title: 'File:A.jpg', url: 'https://commons.wikimedia.org/wiki/File:A.jpg' }];
    const withError = (error: object) =>
      errorsOf('UPLOADS_UPDATE', {
        type: 'UPLOADS_UPDATE',
        nonce: '2026-01-01T00:00:00.000001Z',
        data: [{ ...update, error }],
      });
    expect(withError({ type: 'duplicate', message: 'm', links })).toEqual([]);
    expect(withError({ type: 'error', message: 'm' })).toEqual([]);
    expect(withError({ type: 'duplicate', message: 'm' })).not.toEqual([]);
    expect(withError({ type: 'error', message: 'm', links })).not.toEqual([]);
    expect(withError({ message: 'm' })).not.toEqual([]);
  });

  it('asks for a nonce that is a time', () => {
    expect(errorsOf('ERROR', { type: 'ERROR', data: 'x' })).toEqual([' required']);
    expect(errorsOf('ERROR', { type: 'ERROR', data: 'x', nonce: 'now' })).toContain('/nonce format');
  });

  it('describes what clients send', () => {
    expect(errorsOf('FETCH_BATCHES', { type: 'FETCH_BATCHES', data: { page: 1.5 } })).toEqual([
      '/data/page type',
    ]);
    expect(errorsOf('SUBSCRIBE_BATCH', { type: 'SUBSCRIBE_BATCH', data: '12' })).toEqual([]);
    expect(errorsOf('CREATE_BATCH', { type: 'UPLOAD' })).toEqual(['/type const']);
  });
});
