import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { loadApiConfig } from '../../api.config.js';
import { Admission, type Admitted } from './admission.js';

const REQUIRED = {
  DATABASE_URL: 'mysql://a@localhost/a',
  REDIS_URL: 'redis://localhost',
  CURATOR_OAUTH1_KEY: 'k',
  CURATOR_OAUTH1_SECRET: 's',
  TOKEN_ENCRYPTION_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}`,
};

const anAdmission = (limits: Record<string, string>): Admission =>
  new Admission(loadApiConfig({ ...REQUIRED, ...limits }).config);

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'admitted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const enter = (admission: Admission, times: number, who = '1', from = '192.0.2.1'): Admitted[] =>
  Array.from({ length: times }, () => admission.enter(who, from));

describe('who may open a WebSocket', () => {
  it('is everybody up to the connections of a person, an address and the process', () => {
    const admission = anAdmission({
      WS_USER_CONNECTIONS: '3',
      WS_ADDRESS_CONNECTIONS: '4',
      WS_MAX_CONNECTIONS: '6',
    });
    const [first] = enter(admission, 3);
    expect(codeOf(() => admission.enter('1', '192.0.2.9'))).toBe('RATE_LIMITED');
    enter(admission, 1, '2');
    expect(codeOf(() => admission.enter('3', '192.0.2.1'))).toBe('RATE_LIMITED');
    enter(admission, 2, '3', '192.0.2.2');
    expect(codeOf(() => admission.enter('4', '192.0.2.3'))).toBe('OVERLOADED');
    first?.leave();
    expect(codeOf(() => admission.enter('1', '192.0.2.1'))).toBe('admitted');
  });

  it('is again who was refused, once others have left: a refusal holds no place', () => {
    const admission = anAdmission({ WS_USER_CONNECTIONS: '1', WS_ADDRESS_CONNECTIONS: '2' });
    const [only] = enter(admission, 1);
    for (let tries = 0; tries < 10; tries += 1)
      expect(codeOf(() => admission.enter('1', '192.0.2.1'))).toBe('RATE_LIMITED');
    expect(codeOf(() => admission.enter('2', '192.0.2.1'))).toBe('admitted');
    only?.leave();
    expect(codeOf(() => admission.enter('1', '192.0.2.1'))).toBe('admitted');
  });

  it('is not an address that tries all the time, and that is found out before anything is looked up', async () => {
    const admission = anAdmission({ WS_ADDRESS_UPGRADES_PER_SECOND: '1', WS_ADDRESS_UPGRADES_BURST: '5' });
    let lookups = 0;
    const attempt = (from: string): Promise<unknown> =>
      admission.attempt(from, async () => (lookups += 1)).catch((error: { code: string }) => error.code);
    const answers = await Promise.all(Array.from({ length: 9 }, () => attempt('192.0.2.1')));
    expect(answers).toEqual([1, 2, 3, 4, 5, ...Array.from({ length: 4 }, () => 'RATE_LIMITED')]);
    expect(lookups).toBe(5);
    expect(await attempt('192.0.2.2')).toBe(6);
  });

  it('is nobody more while as many attempts as may be are looked into', async () => {
    const admission = anAdmission({ WS_PENDING_UPGRADES: '2' });
    let decide = (): void => undefined;
    const open = new Promise<void>((resolve) => (decide = resolve));
    const waiting = [admission.attempt('192.0.2.1', () => open), admission.attempt('192.0.2.2', () => open)];
    await expect(admission.attempt('192.0.2.3', () => open)).rejects.toMatchObject({ code: 'OVERLOADED' });
    decide();
    await Promise.all(waiting);
    await expect(admission.attempt('192.0.2.3', () => open)).resolves.toBeUndefined();
  });

  it('lets two thousand come back from one address at once, and ten pages of one person', async () => {
    const admission = anAdmission({});
    await Promise.all(
      Array.from({ length: 2_000 }, (_, index) =>
        admission.attempt('192.0.2.1', async () => admission.enter(String(index % 100), '192.0.2.1')),
      ),
    );
    expect(codeOf(() => enter(admission, 10, 'another'))).toBe('admitted');
  });

  it('remembers only so many addresses', async () => {
    const admission = anAdmission({ WS_ADDRESS_UPGRADES_PER_SECOND: '1', WS_ADDRESS_UPGRADES_BURST: '1' });
    for (let index = 0; index < 50_000; index += 1)
      await admission.attempt(`address ${index}`, () => Promise.resolve());
    expect(admission.knownAddresses).toBeLessThanOrEqual(20_000);
  });
});
