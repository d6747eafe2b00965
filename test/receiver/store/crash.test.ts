import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../../receiver/store/open';

const ROUNDS = 6;

test('whatever was acknowledged before a SIGKILL is there, and what was claimed is due as it was cut', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  const url = `sqlite:${join(folder, 'hooks.db')}`;
  const acknowledged = new Set<string>();
  const claimed = new Map<string, string>();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const line of await linesUntilKilled(url, `r${round}`, 50 + Math.random() * 400)) {
        const [word, webhookId, keys] = line.split(' ');
        if (word === 'claimed') claimed.set(webhookId ?? '', keys ?? '');
        else acknowledged.add(line);
      }
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 5);

    const database = new DatabaseSync(join(folder, 'hooks.db'));
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    const kept = new Set(database.prepare("SELECT event ->> '$.id' AS id FROM events").all().map(({ id }) => String(id)));
    expect(database.prepare('SELECT count(*) AS rows FROM events').get()).toEqual({ rows: kept.size });
    const tallied = database.prepare("SELECT what, count FROM tallies WHERE what IN ('events', 'events ever', 'forwards ever') ORDER BY what").all();
    expect(tallied).toEqual(['events', 'events ever', 'forwards ever'].map((what) => ({ what, count: kept.size })));
    database.close();
    expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);

    const store = await openStore(url);
    const { requests } = await store.claim({ destination: 'n8n', requests: 10_000, batch: 1, leaseMs: 60_000 }).finally(() => store.close());
    const due = new Map(requests.map(({ webhookId, events }) => [webhookId, events.map(({ key }) => key).join(',')]));
    for (const [webhookId, keys] of claimed) expect([webhookId, due.get(webhookId)]).toEqual([webhookId, keys]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

/** Runs the appending program and kills it some time after its store is open. Half a last line does not count. */
async function linesUntilKilled(url: string, prefix: string, afterMs: number): Promise<readonly string[]> {
  const opener = require.resolve('../../../receiver/store/open');
  const child = spawn(process.execPath, [join(__dirname, 'append-forever.mjs'), opener, url, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
    output += text;
  });
  const signal = await new Promise((resolve) => child.on('close', (_code, killedBy) => resolve(killedBy)));
  expect(signal).toBe('SIGKILL');
  return output.split('\n').slice(1, -1);
}
