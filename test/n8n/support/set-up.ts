/*
 * Before the first test file: one n8n for all of them, with the package as it ships.
 */
import { mkdtempSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstallation } from './installation';
import { startN8n } from './n8n';
import { PUBLIC_URL, share } from './suite';
import { pack } from './tarball';

/** Where it is set, a suite that can't be run has failed. */
const REQUIRED = 'CHATHOOKS_REQUIRE_N8N';

export default async function setUp(): Promise<void> {
  const installed = await ensureInstallation();
  if (installed.kind === 'unavailable') {
    if (process.env[REQUIRED] === '1') throw new Error(`${REQUIRED} is set, and n8n can't be installed: ${installed.reason}`);
    process.stderr.write(`[n8n] THE END-TO-END TESTS ARE SKIPPED: n8n can't be installed: ${installed.reason}\n`);
    return share(installed);
  }
  const folder = mkdtempSync(join(tmpdir(), 'chathooks-n8n-'));
  const packages = join(folder, 'package');
  mkdirSync(packages);
  const tarball = await pack(packages);
  const n8n = await startN8n({ installed, within: folder, tarball, webhookUrl: PUBLIC_URL });
  share({ kind: 'running', folder, installed, n8n: n8n.folder, tarball });
}
