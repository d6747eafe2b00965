// All but how the many short files share the machine.
const { maxWorkers: _, workerIdleMemoryLimit: __, ...unit } = require('../../../jest.config.js');

/** @type {import('jest').Config} A measurement, written in TypeScript like the parts that it shares with the tests. */
module.exports = {
  ...unit,
  rootDir: '../../..',
  roots: ['<rootDir>/test/bench/n8n'],
  testMatch: ['**/*.bench.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 1_800_000,
  verbose: false,
};
