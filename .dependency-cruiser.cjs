/** The import arrows: apps → libs/{persistence, commons-client, image-sources, observability} → libs/protocol; nothing reaches up or sideways. */
const lib = (name) => `^libs/${name}/`;
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: 'node_modules' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'protocol-imports-nothing-of-ours',
      severity: 'error',
      from: { path: lib('protocol') },
      to: { path: '^(apps|libs|test|bench)/', pathNot: lib('protocol') },
    },
    ...['persistence', 'commons-client', 'image-sources', 'observability'].map((name) => ({
      name: `${name}-only-protocol`,
      severity: 'error',
      from: { path: lib(name), pathNot: 'spec\\.ts$' },
      to: { path: '^(apps|libs|test|bench)/', pathNot: `^libs/(${name}|protocol)/` },
    })),
    {
      name: 'client-imports-nothing',
      severity: 'error',
      from: { path: lib('client'), pathNot: 'spec\\.ts$|/src/testing/' },
      to: { pathNot: lib('client') },
    },
    {
      name: 'apps-are-no-clients',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: lib('client') },
      to: { path: lib('client') },
    },
    {
      name: 'no-app-to-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'apps-not-test',
      severity: 'error',
      from: { path: '^apps/', pathNot: 'spec\\.ts$' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-deep-imports',
      severity: 'error',
      from: { path: '^(apps|bench)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    // A contract suite lives beside its interface and is run from test/ against the stand-ins.
    {
      name: 'no-deep-imports-but-contracts',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/(index|[a-z-]+-contract)\\.ts$' },
    },
    {
      name: 'test-code-in-tests-only',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.(int-)?spec\\.ts$|/src/testing/|-contract\\.ts$' },
      to: { path: '^libs/[^/]+/src/(testing/|[a-z-]+-contract\\.ts$)' },
    },
    {
      name: 'no-deep-imports-between-libs',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '^libs/($1/|[^/]+/src/index\\.ts$)' },
    },
    {
      name: 'typeorm-in-persistence-only',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: lib('persistence') },
      to: { path: 'node_modules/(typeorm|mysql2|@nestjs/typeorm)/' },
    },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
