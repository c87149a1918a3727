import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { IsOptional, IsString } from 'class-validator';
import { createValidationPipe } from './validate-input.js';

class Body {
  @IsOptional()
  @IsString()
  name?: string;
}

const read = (value: unknown): Promise<unknown> =>
  Promise.resolve().then(() => createValidationPipe().transform(value, { type: 'body', metatype: Body }));

describe('a body', () => {
  it.each([undefined, null, '', 'text', 7, true, [], [{ name: 'a' }]])(
    'is refused unless it is an object: %j',
    async (value) => {
      await expect(read(value)).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { body: [expect.stringContaining('application/json')] },
      });
    },
  );

  it('may leave out what is optional, and nothing unknown is dropped in silence', async () => {
    await expect(read({})).resolves.toBeInstanceOf(Body);
    await expect(read({ name: 'a' })).resolves.toEqual({ name: 'a' });
    await expect(read({ name: 'a', other: 1 })).rejects.toMatchObject({
      details: { other: [expect.any(String)] },
    });
  });
});
