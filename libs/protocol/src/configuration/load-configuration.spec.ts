import { describe, expect, it } from '@jest/globals';
import { IsInt, IsOptional, Min } from 'class-validator';
import { ConfigurationError, loadConfiguration } from './load-configuration.js';
import { UNUSED_VARIABLES } from './older-names.js';
import { readNumber, readText } from './read-values.js';
import { SharedConfig } from './shared.config.js';
import { type Environment, listVariables, Variable } from './variable.js';

class ProcessConfig extends SharedConfig {
  @Variable('EXAMPLE_SECONDS', { about: 'Seconds.', fallback: '5', read: readNumber })
  @IsInt()
  @Min(1)
  readonly seconds!: number;

  @Variable('EXAMPLE_WORD', { about: 'A word.', read: readText })
  @IsOptional()
  readonly word!: string | null;
}

const KEY = Buffer.alloc(32, 7).toString('base64');

const anEnvironment = (more: Environment = {}): Environment => ({
  DATABASE_URL: 'mysql://root@localhost/curator?socketPath=/run/mysqld.sock',
  REDIS_URL: 'redis+unix:///run/redis.sock',
  CURATOR_OAUTH1_KEY: 'consumer',
  CURATOR_OAUTH1_SECRET: 'very-secret',
  TOKEN_ENCRYPTION_KEYS: `k1:${KEY}`,
  ...more,
});

const problemsOf = (environment: Environment): readonly string[] => {
  try {
    loadConfiguration(ProcessConfig, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

describe('loadConfiguration', () => {
  it('fills in defaults, for empty variables too', () => {
    const { config, warnings } = loadConfiguration(ProcessConfig, anEnvironment({ EXAMPLE_SECONDS: ' ' }));
    expect(config.seconds).toBe(5);
    expect(config.word).toBeNull();
    expect(config.commonsApiUrl).toBe('https://commons.wikimedia.org/w/api.php');
    expect(warnings).toEqual([]);
  });

  it('tells what no log may have in it: whole secrets, the passwords of addresses, the keys of a ring', () => {
    const { secrets } = loadConfiguration(
      ProcessConfig,
      anEnvironment({
        DATABASE_URL: 'mysql://curator:p%40ss-word@localhost/curator',
        REDIS_URL: 'redis://:first-one@a:6379,redis://:second@b:6379',
        TOKEN_ENCRYPTION_KEYS: `k2:${KEY}, k1:${KEY}`,
        FLICKR_API_KEY: 'flickr-key',
        COMMONS_REPLICA_URL: 'mysql://u:bad%zz@replica/commonswiki_p',
      }),
    );
    const passwords = ['p%40ss-word', 'p@ss-word', 'first-one', 'second', 'bad%zz'];
    expect(new Set(secrets)).toEqual(new Set([...passwords, 'very-secret', KEY, 'flickr-key']));
  });

  it('reads the headers of traces, whose values are secrets too', () => {
    const headers = 'x-api-key=a%20key, b=c=d';
    const { config, secrets } = loadConfiguration(
      ProcessConfig,
      anEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: headers }),
    );
    expect(config.otlpHeaders).toEqual({ 'x-api-key': 'a key', b: 'c=d' });
    expect(secrets).toEqual(expect.arrayContaining([headers, 'a key', 'c=d']));
    for (const wrong of ['x', '=b', 'a=%zz']) {
      const problems = problemsOf(anEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: wrong }));
      expect(problems).toEqual(['OTEL_EXPORTER_OTLP_HEADERS must be name=value, comma separated']);
    }
  });

  it('knows of every variable by whose name it is a secret', () => {
    const listed = listVariables(ProcessConfig);
    const named = listed.filter(({ name }) => /SECRET|TOKEN|PASSWORD|API_KEY|_KEYS$/.test(name));
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter(({ secretsIn }) => !secretsIn).map(({ name }) => name)).toEqual([]);
  });

  it('names every variable that is missing', () => {
    expect(problemsOf({}).map((problem) => problem.split(' ')[0])).toEqual([
      'DATABASE_URL',
      'REDIS_URL',
      'CURATOR_OAUTH1_KEY',
      'CURATOR_OAUTH1_SECRET',
      'TOKEN_ENCRYPTION_KEYS',
    ]);
  });

  it.each([
    ['EXAMPLE_SECONDS', '0'],
    ['EXAMPLE_SECONDS', 'five'],
    ['DATABASE_URL', 'postgres://someone:hunter2@localhost/curator'],
    ['DATABASE_URL', 'mysql://someone:hunter2@localhost/'],
    ['REDIS_URL', 'redis://localhost,http://hunter2'],
    ['COMMONS_API_URL', 'hunter2'],
    ['TOKEN_ENCRYPTION_KEYS', 'k1:hunter2'],
    ['TOKEN_ENCRYPTION_KEYS', `k1:${KEY},k1:${KEY}`],
    ['TOKEN_ENCRYPTION_KEYS', `k1:${KEY},`],
    ['TOKEN_ENCRYPTION_KEYS', `k1:${KEY}:${KEY}`],
    ['TOKEN_ENCRYPTION_KEYS', `k.1:${KEY}`],
    ['TOKEN_ENCRYPTION_KEYS', `${'k'.repeat(33)}:${KEY}`],
    ['TOKEN_ENCRYPTION_KEYS', `k1:${Buffer.alloc(32, 0xfb).toString('base64url')}`],
    ['LOG_LEVEL', 'hunter2'],
  ])('refuses %s=%s without repeating the value', (name, value) => {
    const problems = problemsOf(anEnvironment({ [name]: value }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must `));
    if (value.length > 4) expect(problems[0]).not.toContain(value);
  });

  it('takes several keys', () => {
    const TOKEN_ENCRYPTION_KEYS = `${'k'.repeat(32)}:${KEY}, 2026-01_b:${KEY.replace(/=+$/, '')}`;
    expect(problemsOf(anEnvironment({ TOKEN_ENCRYPTION_KEYS }))).toEqual([]);
  });

  it('takes the tool database of a Toolforge account', () => {
    const { config, warnings } = loadConfiguration(
      ProcessConfig,
      anEnvironment({ DATABASE_URL: '', TOOL_TOOLSDB_USER: 's12345', TOOL_TOOLSDB_PASSWORD: 'p@ss/word' }),
    );
    expect(config.databaseUrl).toBe(
      'mysql://s12345:p%40ss%2Fword@tools.db.svc.wikimedia.cloud:3306/s12345__curator_nest',
    );
    expect(warnings).toEqual([]);
  });

  it('takes older names and says so', () => {
    const urlSafe = Buffer.alloc(32, 0xfb).toString('base64url');
    const { config, warnings } = loadConfiguration(
      ProcessConfig,
      anEnvironment({
        REDIS_URL: '',
        REDIS_HOST: 'redis.example.org',
        REDIS_PASSWORD: 'a:b',
        TOKEN_ENCRYPTION_KEYS: '',
        TOKEN_ENCRYPTION_KEY: urlSafe,
        SESSION_SECRET_KEY: 'gone',
      }),
      UNUSED_VARIABLES,
    );
    expect(config.redisUrl).toBe('redis://:a%3Ab@redis.example.org:6379');
    expect(config.tokenEncryptionKeys).toBe(
      `older:${Buffer.alloc(32, 0xfb).toString('base64').replace('=', '')}`,
    );
    expect(warnings.map((warning) => warning.split(' ')[0])).toEqual([
      'REDIS_HOST',
      'TOKEN_ENCRYPTION_KEY',
      'SESSION_SECRET_KEY',
    ]);
  });

  it('prefers the newer name', () => {
    const { warnings } = loadConfiguration(ProcessConfig, anEnvironment({ REDIS_HOST: 'elsewhere' }));
    expect(warnings).toEqual([]);
  });
});
