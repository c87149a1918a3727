import 'reflect-metadata';
import { ERROR_CODES } from '#app/protocol';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { openApiText } from './openapi-text.js';

interface OpenApi {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: unknown }> }> }>
  >;
  components: { schemas: Record<string, { enum?: string[]; required?: string[] }> };
}

describe('the OpenAPI document', () => {
  let text: string;
  let document: OpenApi;

  beforeAll(async () => {
    text = await openApiText();
    document = JSON.parse(text) as OpenApi;
  });

  it('is committed as it is generated (npm run docs:write writes it)', () => {
    expect(readFileSync('docs/openapi.json', 'utf8')).toBe(text);
  });

  it('lists every error code', () => {
    expect(document.components.schemas['ErrorCode']?.enum).toEqual(ERROR_CODES);
  });

  it('gives every error the one shape', () => {
    const errors = Object.values(document.paths)
      .flatMap((path) => Object.values(path))
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status]) => Number(status) >= 400);
    expect(errors.length).toBeGreaterThan(5);
    for (const [, { content }] of errors) {
      expect(content?.['application/json']?.schema).toEqual({ $ref: '#/components/schemas/ErrorDto' });
    }
  });
});
