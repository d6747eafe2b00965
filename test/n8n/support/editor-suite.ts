/*
 * What a test file says to look at the editor of the shared n8n.
 */
import { join } from 'node:path';
import { openEditor, type Editor, type EditorOptions } from './browser';
import { findChromium } from './chromium';
import type { N8n } from './n8n';
import { describeWithN8n, shared, skip } from './suite';

/** Screenshots go into this folder; without it they are gone with the suite's temporary folder. */
const SCREENSHOTS = 'CHATHOOKS_SCREENSHOTS';

/**
 * `describe`, with the editor of the shared n8n, opened before the first test and closed after the last; skipped, with
 * the reason, where there is no n8n or no browser.
 */
export function describeWithEditor(
  title: string,
  tests: (editor: () => Editor, n8n: N8n) => void,
  { theme = 'light' }: Pick<EditorOptions, 'theme'> = {},
): void {
  const browser = findChromium();
  if (browser.kind === 'missing') {
    process.stderr.write(`[n8n] "${title}" is skipped: ${browser.reason}\n`);
    return skip(title, browser.reason);
  }
  describeWithN8n(title, (n8n) => {
    let editor: Editor | undefined;
    beforeAll(async () => {
      editor = await openEditor(n8n, { path: browser.path, screenshots: screenshots(), theme });
    });
    afterAll(() => editor?.close());
    tests(() => {
      if (editor === undefined) throw new Error('The editor is open in tests only.');
      return editor;
    }, n8n);
  });
}

function screenshots(): string {
  const { [SCREENSHOTS]: folder } = process.env;
  if (folder !== undefined && folder !== '') return folder;
  const suite = shared();
  if (suite.kind === 'unavailable') throw new Error(`There is no n8n to look at: ${suite.reason}`);
  return join(suite.folder, 'screenshots');
}
