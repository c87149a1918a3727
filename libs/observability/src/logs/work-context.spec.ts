import { describe, expect, it } from '@jest/globals';
import { addToContext, currentContext, inContext } from './work-context.js';

describe('inContext', () => {
  it('adds to what is being worked for, also later on, and ends with the work', async () => {
    const late = inContext({ request_id: 'r1', userid: '7' }, () =>
      inContext({ batch_id: 3 }, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return currentContext();
      }),
    );
    expect(currentContext()).toBeUndefined();
    expect(await late).toEqual({ request_id: 'r1', userid: '7', batch_id: 3 });
  });

  it('takes what becomes known on the way, for the innermost work only', () => {
    addToContext({ userid: 'nobody' });
    expect(currentContext()).toBeUndefined();
    inContext({ request_id: 'r1' }, () => {
      inContext({}, () => addToContext({ userid: '7' }));
      expect(currentContext()).toEqual({ request_id: 'r1' });
      addToContext({ userid: '8' });
      expect(currentContext()).toEqual({ request_id: 'r1', userid: '8' });
    });
  });

  it('lets the inner name win', () => {
    const seen = inContext({ upload_id: 1 }, () => inContext({ upload_id: 2 }, currentContext));
    expect(seen).toEqual({ upload_id: 2 });
  });
});
