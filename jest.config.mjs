/** Lanes by file name: `--selectProjects unit|properties|integration|kafka|e2e` runs one of them. */
const lane = (displayName, testMatch, ignored = []) => ({
  displayName,
  testMatch,
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/data/', ...ignored],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
  roots: ['<rootDir>/apps', '<rootDir>/libs'],
  testEnvironment: 'node',
  globalSetup: '<rootDir>/libs/testing/jest/setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/jest/teardown.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  moduleNameMapper: {
    '^#(contracts|domain|providers|engine|adapters|platform|testing)/(.*)\\.js$': '<rootDir>/libs/$1/$2.ts',
    '^#apps/(.*)\\.js$': '<rootDir>/apps/$1.ts',
    // Sources import each other with the extension of the compiled file; packages really have a .js there.
    '^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1.ts'],
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          keepClassNames: true,
        },
      },
    ],
  },
});

export default {
  // The first suite that asks starts the database server; on a busy machine that alone takes longer than Jest's five seconds.
  testTimeout: 60_000,
  projects: [
    lane('unit', ['**/*.spec.ts'], ['\\.(properties|int|kafka|e2e)\\.spec\\.ts$']),
    lane('properties', ['**/*.properties.spec.ts']),
    lane('integration', ['**/*.int.spec.ts']),
    lane('kafka', ['**/*.kafka.spec.ts']),
    lane('e2e', ['**/*.e2e.spec.ts']),
  ],
};
