import { DomainError, RefusedError, TemporaryError } from '#app/protocol';
import { describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { renderError } from './render-error.js';

const request = { requestId: 'r-1', userid: '6' };

describe('renderError', () => {
  it('renders our own errors with their details', () => {
    expect(renderError(new DomainError('BATCH_NOT_FOUND', 'Batch 7 not found', { id: 7 }), request)).toEqual({
      status: 404,
      headers: {},
      isBug: false,
      body: {
        error_code: 'BATCH_NOT_FOUND',
        http_status: 404,
        error_msg: 'Batch 7 not found',
        x_user: '6',
        request_id: 'r-1',
        details: { id: 7 },
        detail: 'Batch 7 not found',
      },
    });
  });

  it('tells nothing of an unexpected error', () => {
    const { status, body, isBug } = renderError(new Error('SELECT secret FROM users'), {
      requestId: 'r-2',
      userid: null,
    });
    expect([status, isBug, body.error_code, body.x_user]).toEqual([500, true, 'INTERNAL', null]);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect('details' in body).toBe(false);
  });

  it.each([
    [new TemporaryError('network', 'Commons could not be reached.'), 503, 'UPSTREAM_UNAVAILABLE'],
    [new TemporaryError('timeout', 'Commons took too long.'), 504, 'UPSTREAM_TIMEOUT'],
    [new RefusedError('mwoauth-x', 'Commons refused.'), 502, 'UPSTREAM_FAILED'],
    [
      Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:3306'), { code: 'ECONNREFUSED' }),
      503,
      'DATABASE_UNAVAILABLE',
    ],
    [new Error('Command timed out'), 503, 'NOT_READY'],
    [new NotFoundException('Cannot GET /x'), 404, 'NOT_FOUND'],
    [
      Object.assign(new Error('request entity too large'), { status: 413, expose: true }),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      Object.assign(new SyntaxError('Unexpected token'), { status: 400, expose: true }),
      400,
      'VALIDATION_FAILED',
    ],
    ['a string', 500, 'INTERNAL'],
  ])('%s → %s', (error, status, code) => {
    const rendered = renderError(error, request);
    expect([rendered.status, rendered.body.http_status, rendered.body.error_code]).toEqual([
      status,
      status,
      code,
    ]);
  });

  it('says when to come back', () => {
    expect(
      renderError(new TemporaryError('http-429', 'Busy.', { retryAfterMs: 1500 }), request).headers,
    ).toEqual({
      'Retry-After': '2',
    });
    expect(
      renderError(new DomainError('RATE_LIMITED', 'Slow down.', { retry_after_seconds: 30 }), request)
        .headers,
    ).toEqual({ 'Retry-After': '30' });
  });
});
