// Appends without end, 16 at a time, and prints each id once it was acknowledged. Killed by the crash test.
// Arguments: the compiled open.js, the store's URL, a prefix for ids.
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const [opener, url, prefix] = process.argv.slice(2);
const { openStore } = createRequire(import.meta.url)(opener);
const store = await openStore(url);
print('open');

/** Written at once: what stands in a buffer of a killed process would not count as acknowledged. */
function print(line) {
  for (;;) {
    try {
      return writeSync(1, `${line}\n`);
    } catch (error) {
      // The pipe is full: the test has not come to reading it.
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

let next = 0;
async function appendForever() {
  for (;;) {
    const id = `${prefix}-${next++}`;
    const event = JSON.stringify({ id, source: '/crash', type: 'chat.message.sent', data: { text: 'x'.repeat(500) } });
    const fingerprint = createHash('sha256').update(id).digest();
    const arrival = { fingerprint, hook: 'h', provider: 'p', type: 't', source: '/crash', id, event, receivedAt: Date.now(), headers: [], body: Buffer.from(event), bodyRedacted: false, issues: [], destinations: ['n8n'] };
    await store.append([arrival]);
    print(id);
    if (next % 50 === 0) {
      const { requests } = await store.claim({ destination: 'n8n', requests: 2, batch: 5, leaseMs: 3_600_000 });
      for (const { webhookId, events } of requests) print(`claimed ${webhookId} ${events.map(({ key }) => key).join(',')}`);
    }
  }
}
for (let caller = 0; caller < 16; caller++) void appendForever();
