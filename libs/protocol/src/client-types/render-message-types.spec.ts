import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { renderMessageTypes } from './render-message-types.js';
import { renderType } from './render-type.js';

describe('the types that clients install', () => {
  it('are committed as they are generated (npm run docs:write writes them)', () => {
    expect(readFileSync('libs/client/src/generated/messages.ts', 'utf8')).toBe(renderMessageTypes());
  });

  it.each([
    [{ type: 'array', items: { enum: ['a', "b'"] } }, `('a' | 'b\\'')[]`],
    [{ oneOf: [{ type: 'integer' }, { type: 'number' }, { type: 'string' }] }, 'number | string'],
    [{ $ref: '#/components/schemas/BatchItemDto' }, 'BatchItem'],
    [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'Record<string, boolean>'],
    [{ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }, '{\n  a: string;\n}'],
    [{ type: 'object', properties: { a: {} } }, '{\n  a?: unknown;\n}'],
  ])('tell %j', (schema, type) => {
    expect(renderType(schema)).toBe(type);
  });

  it('are not guessed', () => {
    expect(() => renderType({ type: 'null' })).toThrow('No type for');
  });
});
