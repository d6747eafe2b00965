/*
 * The n8n that all test files share, and what a test file says to use it.
 */
import type { Installed } from './installation';
import { connect, startN8n, type N8n, type N8nOptions } from './n8n';

/**
 * The public address of the shared n8n. Nodes register webhooks under it, as a cloud provider needs it;
 * {@link N8n.local} leads deliveries to the same path on the machine.
 */
export const PUBLIC_URL = 'https://n8n.example.com/';

/** What the start of the suite tells its test files. */
export type Shared =
  | {
      readonly kind: 'running';
      /** The suite's temporary folder. */
      readonly folder: string;
      readonly installed: Installed;
      /** The shared n8n's folder. */
      readonly n8n: string;
      /** The packed package, to start another n8n with. */
      readonly tarball: string;
    }
  | { readonly kind: 'unavailable'; readonly reason: string };

const VARIABLE = 'CHATHOOKS_N8N_SUITE';

/** Test files are run by processes that inherit the environment of the one that started the suite. */
export function share(shared: Shared): void {
  process.env[VARIABLE] = JSON.stringify(shared);
}

export function shared(): Shared {
  const value = process.env[VARIABLE];
  if (value === undefined) throw new Error('The suite was not set up: run it with jest --config test/n8n/jest.config.js.');
  return JSON.parse(value) as Shared;
}

/** `describe`, with the shared n8n; skipped, with the reason, where there can be none. */
export function describeWithN8n(title: string, tests: (n8n: N8n) => void): void {
  const suite = shared();
  if (suite.kind === 'unavailable') skip(title, suite.reason);
  else describe(title, () => tests(connect(suite.n8n)));
}

/** Starts an n8n of the test's own, with the package too; the test stops it. What it writes is printed when the test fails. */
export async function startAnotherN8n(options: Pick<N8nOptions, 'webhookUrl' | 'env'> = {}): Promise<N8n> {
  const suite = shared();
  if (suite.kind === 'unavailable') throw new Error(`There is no n8n to start: ${suite.reason}`);
  return startN8n({ installed: suite.installed, within: suite.folder, tarball: suite.tarball, ...options });
}

/** A group of tests that can't be run here; its title says why. */
export function skip(title: string, reason: string): void {
  describe(title, () => {
    test.skip(`needs what is not here: ${reason.replaceAll('\n', ' | ')}`, () => undefined);
  });
}
