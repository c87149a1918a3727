import { describe, expect, it } from '@jest/globals';
import { inRequest } from './request-context.js';
import { RequestLogger } from './request-logger.js';

class Written extends RequestLogger {
  readonly json = (message: string): Record<string, unknown> =>
    this.getJsonLogObject(message, { context: 'Test', logLevel: 'log' });

  readonly text = (message: string): string => this.formatMessage('log', message, '', 'LOG', '', '');
}

describe('RequestLogger', () => {
  const log = new Written({ colors: false });

  it('names the request in what is logged while it is answered, also later on', async () => {
    const late = inRequest('request-1', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return [log.json('late')['request_id'], log.text('late')];
    });
    expect(log.json('outside')).not.toHaveProperty('request_id');
    const [json, text] = await late;
    expect(json).toBe('request-1');
    expect(text).toMatch(/late \[request-1\]\n$/);
    expect(log.text('outside')).toMatch(/outside\n$/);
  });
});
