const base = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
};

const tier = (displayName, pattern) => ({ ...base, displayName, testMatch: [`<rootDir>/**/${pattern}`] });

export default {
  coverageProvider: 'v8',
  projects: [
    tier('unit', '*.spec.ts'),
    tier('integration', '*.int-spec.ts'),
    tier('end-to-end', '*.e2e-spec.ts'),
    tier('realwiki', '*.realwiki-spec.ts'),
  ],
};
