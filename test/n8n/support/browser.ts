/*
 * n8n's editor in a real browser, as its user sees it. Each look is also a screenshot.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import type { N8n } from './n8n';
import { until } from './until';
import { triggerOf, type Workflow } from './workflow';

/** Chromium has no sandbox for root, and looks for news of itself unless told not to. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const SIZE = { width: 1440, height: 900 };
const SHOWN_WITHIN = 30_000;
/** Longer than the editor waits after a key before it searches. */
const STEADY_FOR = 400;

export interface EditorOptions {
  /** The browser. */
  readonly path: string;
  /** Where the screenshots go; made when it is not there. */
  readonly screenshots: string;
  readonly theme?: 'light' | 'dark';
}

/** Each `name` is the screenshot's: `<name>.png`. */
export interface Editor {
  /** For what is not foreseen here. */
  readonly page: Page;
  /** Searches among the triggers for a new workflow. @returns the names of the nodes found, best first */
  searchTriggers(name: string, text: string): Promise<readonly string[]>;
  /** Searches for a node by its title without "Trigger" and opens it. @returns the titles of its cards: one per event */
  cards(name: string, title: string): Promise<readonly string[]>;
  /** Opens the panel of a workflow's trigger. @returns what is to be read in it */
  panel(name: string, workflow: Workflow): Promise<string>;
  /** Opens the form for a new credential, chosen by its title. @returns what is to be read in it */
  credentialForm(name: string, title: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a browser in which n8n's owner is logged in. */
export async function openEditor({ url, cookie }: N8n, { path, screenshots, theme = 'light' }: EditorOptions): Promise<Editor> {
  mkdirSync(screenshots, { recursive: true });
  const browser = await chromium.launch({ executablePath: path, args: ARGUMENTS });
  const page = await openPage(browser, { url, cookie, theme });
  const shown = (id: string): Locator => page.locator(`[data-test-id="${id}"]`);

  async function picture(name: string): Promise<void> {
    await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' });
  }

  async function search(text: string): Promise<readonly string[]> {
    await page.goto(`${url}/workflow/new`);
    await shown('canvas-add-button').click();
    const names = shown('node-creator-item-name');
    await names.first().waitFor();
    const before = await names.allInnerTexts();
    await shown('node-creator-search-bar').fill(text);
    return steady(names, before);
  }

  return {
    page,

    async searchTriggers(name, text) {
      const names = await search(text);
      await picture(name);
      return names;
    },

    async cards(name, title) {
      const found = await search(title);
      await shown('node-creator-item-name').getByText(title, { exact: true }).first().click();
      const titles = await steady(shown('node-creator-item-name'), found);
      await picture(name);
      return titles;
    },

    async panel(name, workflow) {
      await page.goto(`${url}/workflow/${workflow.id}/${triggerOf(workflow).id}`);
      await shown('ndv').waitFor();
      await shown('node-parameters').waitFor();
      await picture(name);
      return shown('ndv').innerText();
    },

    async credentialForm(name, title) {
      await page.goto(`${url}/home/credentials/create`);
      await shown('new-credential-type-select').locator('input').fill(title);
      await shown('new-credential-type-select-option').getByText(title, { exact: true }).click();
      await shown('new-credential-type-button').click();
      await shown('credential-edit-dialog').waitFor();
      await picture(name);
      return shown('credential-edit-dialog').innerText();
    },

    close: () => browser.close(),
  };
}

async function openPage(browser: Browser, { url, cookie, theme }: { readonly url: string; readonly cookie: string; readonly theme: 'light' | 'dark' }): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZE, colorScheme: theme });
  context.setDefaultTimeout(SHOWN_WITHIN);
  const equals = cookie.indexOf('=');
  await context.addCookies([{ name: cookie.slice(0, equals), value: cookie.slice(equals + 1), url }]);
  return context.newPage();
}

/** The texts, once they are others than before and have stopped changing; none is an outcome as well. */
async function steady(texts: Locator, before: readonly string[]): Promise<readonly string[]> {
  let last: readonly string[] = before;
  return until(
    async () => {
      const now = await texts.allInnerTexts();
      const same = equal(now, last);
      last = now;
      return same && !equal(now, before) ? now : undefined;
    },
    { what: 'the list in the editor to change', within: SHOWN_WITHIN, every: STEADY_FOR, seen: () => `It says ${last.slice(0, 5).join(', ') || 'nothing'}.` },
  );
}

function equal(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((text, index) => text === others[index]);
}
