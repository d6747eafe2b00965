// All but how the many short files share the machine.
const { maxWorkers: _, workerIdleMemoryLimit: __, ...unit } = require('../../jest.config');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  rootDir: '../..',
  roots: ['<rootDir>/test/chaos'],
  globalSetup: '<rootDir>/test/chaos/set-up.ts',
  globalTeardown: '<rootDir>/test/chaos/tear-down.ts',
  // Each test has the machine to itself: what it measures is a receiver under its own load.
  maxWorkers: 1,
};
