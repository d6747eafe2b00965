/*
 * jest's environment for Node, and one thing more: when a test fails, what n8n wrote during the test is printed.
 */
import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instancesWithin, logLength, readLogFrom } from './instance';
import { shared } from './suite';

/** The file in the suite's folder that says that a test failed. */
export const FAILED = 'failed';

const PRINTED_LINES = 60;

export default class N8nEnvironment extends TestEnvironment {
  #lengths: ReadonlyMap<string, number> = new Map();

  handleTestEvent(event: Circus.Event): void {
    const suite = shared();
    if (suite.kind === 'unavailable') return;
    if (event.name === 'test_start') this.#lengths = new Map(instancesWithin(suite.folder).map((folder) => [folder, logLength(folder)]));
    if (event.name !== 'test_done' || event.test.errors.length === 0) return;
    writeFileSync(join(suite.folder, FAILED), '');
    for (const folder of instancesWithin(suite.folder)) print(event.test.name, folder, readLogFrom(folder, this.#lengths.get(folder) ?? 0));
  }
}

function print(test: string, folder: string, text: string): void {
  if (text.trim() === '') return;
  const lines = text.trimEnd().split('\n').slice(-PRINTED_LINES);
  process.stderr.write(`\n[n8n] ${folder}, during "${test}":\n${lines.map((line) => `  | ${line}\n`).join('')}`);
}
