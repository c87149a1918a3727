import { describe, expect, it } from '@jest/globals';
import { findAddresses } from './find-addresses.js';

const TOOL = { TOOL_TOOLSDB_USER: 's1', TOOL_TOOLSDB_PASSWORD: 'x' };
const SERVER = 'mysql://s1:x@tools.db.svc.wikimedia.cloud:3306/s1__curator';

describe('findAddresses', () => {
  it('takes what is said, and on Toolforge what there is', () => {
    expect(findAddresses('mysql://a/b', { DATABASE_URL: 'mysql://c/d' })).toEqual({
      from: 'mysql://a/b',
      to: 'mysql://c/d',
    });
    const named = { DATABASE_URL: 'mysql://c/d', PYTHON_DATABASE_URL: 'mysql://e/f' };
    expect(findAddresses(undefined, named)).toEqual({ from: 'mysql://e/f', to: 'mysql://c/d' });
    expect(findAddresses(undefined, TOOL)).toEqual({ from: SERVER, to: `${SERVER}_nest` });
    expect(findAddresses('mysql://a/b', { ...TOOL, DATABASE_URL: 'mysql://c/d' })).toEqual({
      from: 'mysql://a/b',
      to: 'mysql://c/d',
    });
  });

  it('says what is missing', () => {
    expect(() => findAddresses(undefined, { DATABASE_URL: 'mysql://c/d' })).toThrow('--from mysql://');
    expect(() => findAddresses('mysql://a/b', {})).toThrow('DATABASE_URL is not set');
  });
});
