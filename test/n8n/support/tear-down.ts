/*
 * After the last test file.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FAILED } from './environment';
import { end, instancesWithin } from './instance';
import { shared } from './suite';

export default async function tearDown(): Promise<void> {
  const suite = shared();
  if (suite.kind === 'unavailable') return;
  await Promise.all(instancesWithin(suite.folder).map(end));
  if (existsSync(join(suite.folder, FAILED))) process.stderr.write(`[n8n] A test failed: what n8n had and wrote is left in ${suite.folder}\n`);
  else rmSync(suite.folder, { recursive: true, force: true });
}
