const base = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
};

const tier = (displayName, pattern, setupFiles = []) => ({
  ...base,
  displayName,
  setupFiles,
  testMatch: [`<rootDir>/**/${pattern}`],
});
const ownRedis = ['<rootDir>/test/support/own-redis.mjs'];
/** All that Redis is used for has to work on a cluster as well. */
const onCluster = [
  'libs/persistence/src/redis/**/*',
  'libs/persistence/src/rate-plan/**/*',
  'libs/persistence/src/sessions/**/*',
  'libs/persistence/src/uploads/replanner',
  'libs/persistence/src/persistence.module',
  'apps/worker/src/upkeep/dispatch-uploads',
].map((path) => `<rootDir>/${path}.int-spec.ts`);

export default {
  coverageProvider: 'v8',
  projects: [
    tier('unit', '*.spec.ts'),
    tier('integration', '*.int-spec.ts', ownRedis),
    tier('end-to-end', '*.e2e-spec.ts', ownRedis),
    {
      ...tier('redis-cluster', '*.cluster-spec.ts', ['<rootDir>/test/support/own-redis-cluster.mjs']),
      testMatch: [...onCluster, '<rootDir>/**/*.cluster-spec.ts'],
    },
    tier('ssh', '*.ssh-spec.ts'),
    tier('s3', '*.s3-spec.ts'),
    tier('realwiki', '*.realwiki-spec.ts', ownRedis),
  ],
};
