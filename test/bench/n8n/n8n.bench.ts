/*
 * npm run bench:n8n: what it brings n8n to have a receiver in front. On one machine, in one run: events that reach a
 * workflow (a) posted straight at n8n's own Webhook node, (b) through the receiver and the Chathooks Trigger, in
 * batches; then how long a provider waits for its answers at 128 connections.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstallation } from '../../n8n/support/installation';
import { startN8n } from '../../n8n/support/n8n';
import { pack } from '../../n8n/support/tarball';
import { workflowOf } from '../../n8n/support/workflow';
import { arrivedIn } from './arrived';
import type { Arrived } from './arrived';
import { load } from './load';
import type { Load } from './load';
import { ADMIN_TOKEN, startReceiver } from './receiver';

const DIRECT_EVENTS = Number(process.env['BENCH_DIRECT_EVENTS'] ?? 400);
const BATCHED_EVENTS = Number(process.env['BENCH_BATCHED_EVENTS'] ?? 20_000);
const CONNECTIONS = 128;

test('events that reach a workflow', async () => {
  const installed = await ensureInstallation();
  if (installed.kind === 'unavailable') return say(`Not measured: ${installed.reason}`);
  const folder = mkdtempSync(join(tmpdir(), 'chathooks-bench-n8n-'));
  const n8n = await startN8n({ installed, within: folder, tarball: await pack(folder) });
  const receiver = await startReceiver(folder);
  try {
    const direct = await n8n.createWorkflow(workflowOf({ type: 'n8n-nodes-base.webhook', typeVersion: 2, parameters: { httpMethod: 'POST', path: 'bench' } }));
    const credential = await n8n.createCredential('chathooksApi', { baseUrl: receiver.url, adminToken: ADMIN_TOKEN });
    const batched = await n8n.createWorkflow(workflowOf({ type: 'n8n-nodes-chathooks.chathooksTrigger', credentials: [credential] }));
    for (const workflow of [direct, batched]) {
      const publication = await n8n.publish(workflow);
      if (publication.status !== 'published') throw new Error(JSON.stringify(publication));
    }
    await n8n.waitForWebhook(n8n.local('/webhook/bench'));

    await load({ url: n8n.url, path: '/webhook/bench', connections: 8, amount: 40, run: 'warm-up' });
    const warm = await arrivedIn(n8n.folder, direct.id, 40);
    const a = await load({ url: n8n.url, path: '/webhook/bench', connections: CONNECTIONS, amount: DIRECT_EVENTS, run: 'direct' });
    const aArrived = await arrivedIn(n8n.folder, direct.id, warm.executions + a.answered, a.startedAt);
    const b = await load({ url: receiver.url, path: '/hooks/bench', connections: CONNECTIONS, amount: BATCHED_EVENTS, run: 'batched' });
    const bArrived = await arrivedIn(n8n.folder, batched.id, b.answered, b.startedAt, true);
    report(a, aArrived, b, bArrived);
    // The receiver names an event by the provider's key, of which the message's id is a part.
    const lost = b.acknowledged.filter((id) => !bArrived.ids.has(messageIdOf(id))).length;
    say(`acknowledged ${b.acknowledged.length}, reached the workflow ${bArrived.ids.size}, lost ${lost}\n`);
    expect(b.acknowledged).toHaveLength(BATCHED_EVENTS);
    expect(lost).toBe(0);
  } finally {
    await n8n.stop();
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

function messageIdOf(key: string): string {
  return key.split('|')[2] ?? key;
}

function report(a: Load, aArrived: Arrived, b: Load, bArrived: Arrived): void {
  const rows = [
    ['', 'events', 'executions', 'events/s', 'answer p50', 'p99', 'max', 'later than 2 s'],
    row('a  n8n Webhook node', a, { ...aArrived, executions: a.answered }, a.answered),
    row('b  receiver + Chathooks Trigger', b, bArrived, bArrived.ids.size),
  ];
  say(`\n${rows.map(([name = '', ...cells]) => [name.padEnd(34), ...cells.map((cell) => cell.padStart(15))].join('')).join('\n')}`);
  say(`\n${CONNECTIONS} connections; ratio b/a: ${(rate(bArrived, bArrived.ids.size) / rate(aArrived, a.answered)).toFixed(1)}`);
}

function row(name: string, answers: Load, arrived: Arrived, events: number): readonly string[] {
  const ms = (value: number): string => `${Math.round(value)} ms`;
  return [name, String(events), String(arrived.executions), rate(arrived, events).toFixed(0), ms(answers.p50), ms(answers.p99), ms(answers.max), `${answers.late} of ${answers.sent}`];
}

/** From the first request to the end of the last execution. */
function rate({ seconds }: Arrived, events: number): number {
  return events / seconds;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
