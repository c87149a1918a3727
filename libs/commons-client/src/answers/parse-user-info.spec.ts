import { describe, expect, it } from '@jest/globals';
import { isObject } from '../json.js';
import { recordedAnswer } from '../recorded/recorded-answers.js';
import type { UserInfo } from '../types.js';
import { parseUserInfo } from './parse-user-info.js';

const parse = (name: string): UserInfo => {
  const { body } = recordedAnswer(name);
  if (!isObject(body)) throw new Error('Not an object');
  return parseUserInfo(body);
};

const withLimits = (ratelimits: unknown, rights: string[] = []): UserInfo =>
  parseUserInfo({ query: { userinfo: { id: 1, name: 'A', rights, ratelimits } } });

describe('parseUserInfo', () => {
  it('reads an ordinary user', () => {
    const info = parse('userinfo');
    expect(info).toMatchObject({ id: 5, name: 'Uploader', exempt: false, blocked: null });
    expect(info.rights).toContain('upload');
    expect(info.groups).toContain('autoconfirmed');
    expect(info.windows).toEqual({
      upload: [{ hits: 380, seconds: 4320 }],
      edit: [{ hits: 900, seconds: 180 }],
      purge: [{ hits: 30, seconds: 60 }],
      linkpurge: [{ hits: 30, seconds: 60 }],
    });
  });

  it('takes the most permissive group of each action', () => {
    const info = withLimits({
      upload: { user: { hits: 380, seconds: 4320 }, autopatrolled: { hits: 999, seconds: 1 } },
      edit: { user: { hits: 900, seconds: 180 }, patroller: { hits: 1500, seconds: 180 } },
    });
    expect(info.windows.upload).toEqual([{ hits: 999, seconds: 1 }]);
    expect(info.windows.edit).toEqual([{ hits: 1500, seconds: 180 }]);
    expect(info.windows.purge).toEqual([]);
  });

  it('holds a new account to its own limit and no one to that of an address', () => {
    const edit = {
      newbie: { hits: 120, seconds: 300 },
      user: { hits: 900, seconds: 180 },
      ip: { hits: 9999, seconds: 1 },
    };
    expect(withLimits({ edit }).windows.edit).toEqual([{ hits: 120, seconds: 300 }]);
    expect(withLimits({ edit: { user: edit.user, ip: edit.ip } }).windows.edit).toEqual([edit.user]);
  });

  it.each([
    ['the right', withLimits({ upload: { user: { hits: 1, seconds: 1 } } }, ['noratelimit'])],
    ['an empty object', withLimits({})],
    ['PHP’s empty object', withLimits([])],
  ])('exempts by %s', (_how, info) => {
    expect(info.exempt).toBe(true);
    expect(info.windows.upload).toEqual([]);
  });

  it('tells a block', () => {
    expect(parse('blocked-userinfo').blocked).toEqual({
      by: 'Admin',
      reason: 'test block',
      expiry: 'infinite',
      partial: false,
    });
  });
});
