import { describe, expect, it } from '@jest/globals';
import { readFrame } from './read-frame.js';

describe('a frame of the server', () => {
  it('is read by its type', () => {
    const message = { type: 'SUBSCRIBED', nonce: '2026-01-01T00:00:00.000001Z', data: 7 };
    expect(readFrame(JSON.stringify(message))).toEqual({ ok: true, message });
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '7',
    '"text"',
    '{}',
    '{"type":7}',
    '{"type":"constructor","data":{}}',
    '{"type":"FROM_A_LATER_SERVER","data":1}',
    '{"type":"UPLOADS_UPDATE"}',
    '{"type":"UPLOADS_UPDATE","data":null}',
    '{"type":"UPLOADS_UPDATE","data":{}}',
    '{"type":"SUBSCRIBED","data":"7"}',
    '{"type":"SUBSCRIBED","data":7.5}',
    '{"type":"BATCHES_LIST","data":[]}',
  ])('that is not of the protocol is told apart: %s', (frame) => {
    expect(readFrame(frame)).toEqual({ ok: false, why: expect.stringContaining('The server sent') });
  });

  it('is text', () => {
    expect(readFrame(new ArrayBuffer(3))).toMatchObject({ ok: false });
  });
});
