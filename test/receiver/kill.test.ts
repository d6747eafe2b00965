import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NormalizedEvent } from '../../providers/event';
import { root } from '../support/samples';
import { listener } from '../support/listener';
import type { Listener } from '../support/listener';
import { ADMIN_TOKEN, BASIC_HEADER, until } from '../support/running';

const ROUNDS = 4;
const SENDERS = 16;

const folder = mkdtempSync(join(tmpdir(), 'chathooks-kill-'));
const config = join(folder, 'chathooks.yaml');
const acknowledged = new Set<string>();
let destination: Listener;
let url: string;
let sequence = 0;

beforeAll(async () => {
  destination = await listener();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  writeFileSync(
    config,
    `listen: { port: ${port} }
store: sqlite:${join(folder, 'store.db')}
admin: { token: ${ADMIN_TOKEN} }
sources: [{ id: chat, provider: cometchat, auth: { scheme: basic, username: hook, password: correct-horse } }]
destinations: [{ id: out, url: "${destination.url}", secret: a-forward-secret, batch: { max: 20, waitMs: 5 }, timeoutMs: 1000 }]
`,
  );
});
afterAll(async () => {
  await destination.close();
  rmSync(folder, { recursive: true });
});

it(`has every event that it answered 200 for, killed ${ROUNDS} times under load`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const receiver = await start();
    const senders = Array.from({ length: SENDERS }, () => sendUntilGone());
    const goal = acknowledged.size + 150 + Math.floor(Math.random() * 300);
    await until(() => acknowledged.size >= goal);
    receiver.kill('SIGKILL');
    await Promise.all(senders);
  }

  const receiver = await start();
  const stored = new Set(await storedIds());
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
  await until(() => {
    const forwarded = new Set(heard().map(({ id }) => id));
    return [...stored].every((id) => forwarded.has(id));
  });
  receiver.kill('SIGTERM');
  expect(await exitOf(receiver)).toBe(0);
}, 120_000);

it('sends a repeat under the webhook-id that the event had before, and no two requests under one', () => {
  const idsByEvent = new Map<string, Set<string>>();
  const bodiesById = new Map<string, Set<string>>();
  for (const { headers, text } of destination.heard) {
    const webhookId = String(headers['webhook-id']);
    bodiesById.set(webhookId, (bodiesById.get(webhookId) ?? new Set()).add(text));
    for (const { id } of eventsIn(text)) idsByEvent.set(id, (idsByEvent.get(id) ?? new Set()).add(webhookId));
  }
  expect([...idsByEvent.values()].filter((ids) => ids.size > 1)).toEqual([]);
  expect([...bodiesById.values()].filter((bodies) => bodies.size > 1)).toEqual([]);
});

async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(root, 'receiver', 'bin', 'chathooks.js'), 'start', '--config', config], { cwd: folder, stdio: 'ignore' });
  await until(() => fetch(`${url}/readyz`).then((answer) => answer.ok, () => false));
  return child;
}

async function sendUntilGone(): Promise<void> {
  for (;;) {
    const body = JSON.stringify({ trigger: 'message_sent', data: { message: { id: `k${sequence++}`, updatedAt: 1795226453 } }, webhook: 'w' });
    const answer = await fetch(`${url}/hooks/chat`, { method: 'POST', headers: { authorization: BASIC_HEADER, 'content-type': 'application/json' }, body })
      .then(async (response) => (response.status === 200 ? ((await response.json()) as { events: { id: string }[] }) : undefined))
      .catch(() => 'gone' as const);
    if (answer === 'gone') return;
    for (const { id } of answer?.events ?? []) acknowledged.add(id);
  }
}

async function storedIds(): Promise<readonly string[]> {
  const ids: string[] = [];
  let before = '';
  do {
    const answer = await fetch(`${url}/api/events?limit=500${before}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    const { events, next } = (await answer.json()) as { events: { event: NormalizedEvent }[]; next?: string };
    ids.push(...events.map(({ event }) => event.id));
    before = next === undefined ? '' : `&before=${next}`;
  } while (before !== '');
  return ids;
}

function heard(): readonly NormalizedEvent[] {
  return destination.heard.flatMap(({ text }) => eventsIn(text));
}

function eventsIn(text: string): readonly NormalizedEvent[] {
  const body = JSON.parse(text) as NormalizedEvent | NormalizedEvent[];
  return Array.isArray(body) ? body : [body];
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
