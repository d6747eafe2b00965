const { availableParallelism } = require('node:os');

// Packages that are ES modules only, which jest has to be given as CommonJS.
const ES_MODULES = 'jose|nock|@mswjs/interceptors|@open-draft/[^/]+|rettime|pg-boss|serialize-error|non-error|rrule-temporal';

/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // They need a whole n8n: npm run test:n8n.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/n8n/'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
    [`node_modules/(${ES_MODULES})/.+\\.m?js$`]: ['@swc/jest', { jsc: { target: 'es2023' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULES})/)`, '/receiver/dist/'],
  // The receiver is tested as it is shipped: tests name its sources, for their types, and run what the build made of them.
  moduleNameMapper: {
    '^(?:\\.\\.?/)+receiver/(?!dist/)(.+)$': '<rootDir>/receiver/dist/receiver/$1',
    // The receiver's own zod: n8n-workflow asks for another one beside it.
    '^zod$': '<rootDir>/receiver/node_modules/zod',
  },
  testTimeout: 20_000,
  // Two at least, since most of them wait most of the time; and fresh ones, since what a hundred files left behind slows the rest down.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: '512MB',
};
