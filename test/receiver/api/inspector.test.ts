import { readdirSync, readFileSync } from 'node:fs';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { createInspector } from '../../../receiver/inspector/inspector';

const folder = join(__dirname, '../../../receiver/inspector/page');
const names = readdirSync(folder);
const scripts = names.filter((name) => name.endsWith('.js')).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
const html = readFileSync(join(folder, 'index.html'), 'utf8');

let server: Server;
let url: string;
beforeAll(async () => {
  const app = express().disable('x-powered-by').use('/', createInspector()).use('/a/prefix', createInspector());
  server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => {
  server.closeAllConnections();
  server.close(resolve);
}));

test('serves the page and its files, each by its type, without a token', async () => {
  const types: Record<string, string> = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' };
  const page = await fetch(`${url}/`);
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([200, types.html, html]);
  for (const name of names) {
    const response = await fetch(`${url}/inspector/${name}`);
    expect([name, response.status, response.headers.get('content-type')]).toEqual([name, 200, types[name.split('.').at(-1) ?? '']]);
  }
});

test('every answer forbids whatever the page does not need', async () => {
  for (const path of ['/', '/inspector/app.js', '/inspector/style.css']) {
    const { headers } = await fetch(`${url}${path}`);
    const policy = new Map((headers.get('content-security-policy') ?? '').split(';').map((part) => [part.trim().split(' ')[0], part.trim().split(' ').slice(1).join(' ')]));
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': "'none'", 'script-src': "'self'", 'style-src': "'self'", 'connect-src': "'self'", 'img-src': "'self' data:",
      'frame-ancestors': "'none'", 'base-uri': "'none'", 'form-action': "'none'",
    });
    expect([headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual(['nosniff', 'no-referrer']);
  }
});

test('a page that is known is not sent again', async () => {
  const etag = (await fetch(`${url}/`)).headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]{20,}"$/);
  const known = await fetch(`${url}/`, { headers: { 'if-none-match': `"other", W/${etag}` } });
  expect([known.status, await known.text()]).toEqual([304, '']);
  expect((await fetch(`${url}/`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

test.each(['/inspector/..%2fstyle.css', '/inspector/../../package.json', '/inspector/%2e%2e/inspector.js', '/inspector/constructor', '/inspector/', '/Inspector/app.js'])('serves nothing at %s', async (path) => {
  const status = await new Promise((resolve) => request(`${url}${path}`, { path }, (response) => resolve(response.resume().statusCode)).end());
  expect(status).toBe(404);
});

test('works behind a path prefix', async () => {
  const bare = await fetch(`${url}/a/prefix`, { redirect: 'manual' });
  expect([bare.status, new URL(bare.headers.get('location') ?? '', `${url}/a/prefix`).pathname]).toEqual([308, '/a/prefix/']);
  for (const [, reference] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    expect(reference).not.toMatch(/^(?:\/|[a-z]+:)/);
    if (reference?.startsWith('inspector/')) expect((await fetch(new URL(reference, `${url}/a/prefix/`))).status).toBe(200);
  }
  for (const [name, script] of scripts) expect([name, /['"`]\/(?:api|inspector)/.exec(script)]).toEqual([name, null]);
});

test('the page has no inline script, style or handler', () => {
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/i);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/i);
  expect(html).not.toMatch(/https?:/);
});

test.each(scripts)('%s writes text nodes only, and brings in nothing from elsewhere', (_name, script) => {
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\b|new Function|setHTML/);
  expect(script).not.toMatch(/https?:\/\/|localStorage|document\.cookie/);
  // An inline style would be refused by the policy.
  expect(script).not.toMatch(/\bstyle:/);
  for (const [, imported] of script.matchAll(/from '([^']+)'/g)) expect(names).toContain(imported?.replace('./', ''));
});

test('an event\'s own URLs are never links', () => {
  for (const [name, script] of scripts) {
    for (const [reference] of script.matchAll(/href: [^,}]+/g)) expect([name, reference]).toEqual([name, expect.stringMatching(/^href: ['`]#\//)]);
    for (const [reference] of script.matchAll(/src: [^,}]+/g)) expect([name, reference]).toEqual([name, "src: 'inspector/icon.svg'"]);
  }
});
