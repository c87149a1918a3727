import { describe, expect, it } from '@jest/globals';
import { parseCron } from './cron.js';
import { isTimeZone } from './zone.js';

const daysOf = (expression: string): number[] => {
  const { includesDay } = parseCron(expression);
  const days = Array.from({ length: 30 }, (_, index) => index + 1);
  return days.filter((day) => includesDay(Date.UTC(2026, 5, day)));
};

describe('parseCron', () => {
  it.each([
    ['*/20 8-10 * * *', [0, 20, 40], [8, 9, 10]],
    ['5,1 0 * * *', [1, 5], [0]],
    ['  0   23 * * * ', [0], [23]],
  ])('%s', (expression, minutes, hours) => {
    expect(parseCron(expression)).toMatchObject({ minutes, hours, isEveryHour: false });
  });

  it('knows every hour, however it is written', () => {
    expect(['0 * * * *', '0 */1 * * *', '0 0-23 * * *'].map((e) => parseCron(e).isEveryHour)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    ['0 0 13,20 * *', [13, 20]],
    ['0 0 * * 1', [1, 8, 15, 22, 29]],
    ['0 0 * * mon', [1, 8, 15, 22, 29]],
    ['0 0 * * 0', [7, 14, 21, 28]],
    ['0 0 * * 7', [7, 14, 21, 28]],
    ['0 0 * * 6-7', [6, 7, 13, 14, 20, 21, 27, 28]],
    ['0 0 2 * 1', [1, 2, 8, 15, 22, 29]],
    ['0 0 */10 * 1', [1]],
    ['0 0 1 JUL *', []],
  ])('days of June 2026: %s', (expression, days) => {
    expect(daysOf(expression)).toEqual(days);
  });

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    'a * * * *',
    '@daily',
    '0 0 L * *',
    '0 0 * * 5#2',
    'H * * * *',
    '? * * * *',
    '0 0 31 2 *',
    ', * * * *',
    '1,,2 * * * *',
    `${'1,'.repeat(100)}1 * * * *`,
  ])('refuses “%s”', (expression) => {
    expect(() => parseCron(expression)).toThrow(SyntaxError);
  });
});

describe('isTimeZone', () => {
  it('knows the zones of the tz database, and no mere offsets', () => {
    expect(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'].every(isTimeZone)).toBe(true);
    expect(['', '+02:00', 'Europe/Atlantis', 'local', '../etc', 'Europe/Berlin '].some(isTimeZone)).toBe(
      false,
    );
  });
});
