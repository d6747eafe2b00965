// All but how the many short files share the machine.
const { maxWorkers: _, workerIdleMemoryLimit: __, ...unit } = require('../../jest.config');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  rootDir: '../..',
  roots: ['<rootDir>/test/n8n'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/n8n/support/set-up.ts',
  globalTeardown: '<rootDir>/test/n8n/support/tear-down.ts',
  testEnvironment: '<rootDir>/test/n8n/support/environment.ts',
  // One n8n for all test files, and some of them restart it.
  maxWorkers: 1,
  testTimeout: 120_000,
};
