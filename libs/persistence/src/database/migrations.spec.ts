import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDER = path.join(process.cwd(), 'libs/persistence/src/database/migrations');

/** What processes of the version before could not live with. */
const BREAKING = [
  /\bDROP\s+(COLUMN|TABLE)\b/i,
  /\bRENAME\b/i,
  /\bCHANGE\s+COLUMN\b/i,
  /\bADD\s+COLUMN\b(?:(?!,\s*(?:ADD|DROP|MODIFY)\b)[\s\S])*?\bNOT\s+NULL\b(?!\s+(?:DEFAULT|GENERATED))/i,
];

/** The statements of `up`, without those of `down`. */
const statementsOf = (file: string): string => {
  const text = readFileSync(path.join(FOLDER, file), 'utf8');
  const down = text.search(/async\s+down\(/);
  const up = text.search(/async\s+up\(/);
  expect(up).toBeGreaterThan(-1);
  return down > up ? text.slice(up, down) : text.slice(up);
};

describe('migrations', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));

  it.each(files.filter((name) => !name.includes('-contract-')))(
    '%s only adds what processes of the version before can live with',
    (file) => {
      const statements = statementsOf(file);
      for (const breaking of BREAKING) expect(breaking.exec(statements)?.[0]).toBeUndefined();
    },
  );

  it('would notice what they could not', () => {
    const bad = [
      'ALTER TABLE t DROP COLUMN a',
      'RENAME TABLE a TO b',
      'ALTER TABLE t CHANGE COLUMN a b int',
      'ALTER TABLE t ADD COLUMN a int unsigned NOT NULL',
    ];
    const good = [
      'ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 0, ADD COLUMN b char(4) NULL, ADD KEY k (a)',
    ];
    const isBreaking = (statement: string): boolean => BREAKING.some((one) => one.test(statement));
    expect(bad.filter((one) => !isBreaking(one))).toEqual([]);
    expect(good.filter(isBreaking)).toEqual([]);
  });
});
