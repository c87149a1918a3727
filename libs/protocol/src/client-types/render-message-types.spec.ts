import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { renderMessageTypes } from './render-message-types.js';
import { renderRouteTypes, type OpenApiDocument } from './render-route-types.js';
import { renderType } from './render-type.js';

describe('the types that clients install', () => {
  it('are committed as they are generated (npm run docs:write writes them)', () => {
    expect(readFileSync('libs/client/src/generated/messages.ts', 'utf8')).toBe(renderMessageTypes());
    const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenApiDocument;
    expect(readFileSync('libs/client/src/generated/routes.ts', 'utf8')).toBe(renderRouteTypes(document));
  });

  it('tell what a route takes and answers', () => {
    const parameters = [
      { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
      { name: 'page', in: 'query', schema: { type: 'integer' }, description: 'From 0' },
    ];
    const responses = { 200: { content: { 'application/octet-stream': {} } }, 404: {} };
    const document = {
      paths: { '/api/a/{id}': { get: { parameters, responses } } },
      components: { schemas: {} },
    };
    expect(renderRouteTypes(document)).toContain(`  'GET /api/a/{id}': {
    path: {
      id: number;
    };
    query?: {
      /** From 0 */
      page?: number;
    };
    body?: undefined;
    answer: Blob;
  };`);
  });

  it.each([
    [{ type: 'array', items: { enum: ['a', "b'"] } }, `('a' | 'b\\'')[]`],
    [{ oneOf: [{ type: 'integer' }, { type: 'number' }, { type: 'string' }] }, 'number | string'],
    [{ $ref: '#/components/schemas/BatchItem' }, 'BatchItem'],
    [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'Record<string, boolean>'],
    [{ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }, '{\n  a: string;\n}'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: 'object', properties: { a: {} } }, '{\n  a?: unknown;\n}'],
  ])('tell %j', (schema, type) => {
    expect(renderType(schema)).toBe(type);
  });

  it('are not guessed', () => {
    expect(() => renderType({ type: 'tuple' })).toThrow('No type for');
  });
});
