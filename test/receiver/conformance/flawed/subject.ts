import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openLedger } from '../ledger';
import type { Door, Parcel, Subject } from '../subject';
import type { Behaviour } from './behaviour';
import { SECRET, signatureOf } from './behaviour';
import { begin } from './life';
import type { Life } from './life';
import { createReceiver } from './receiver';
import type { Disk } from './store';

/** The one door of a minimal receiver: an HMAC of the time and the body. */
const door: Door = {
  name: 'hmac',
  path: '/hooks/chat',
  signsBody: true,
  ages: { good: [-240_000, 240_000], bad: [-360_000, 360_000] },
  malformed: 'no-signature',
  secrets: [SECRET],
  fresh: (mark) => parcel({ id: randomUUID(), type: 'message.created', message: randomUUID(), text: mark }),
  pair(first, second) {
    const message = randomUUID();
    return [parcel({ id: randomUUID(), type: 'message.created', message, text: first }), parcel({ id: randomUUID(), type: 'message.edited', message, text: second })];
  },
  prove(body, { at = new Date(), key = 'right' } = {}) {
    const timestamp = String(at.getTime());
    return { headers: { 'x-timestamp': timestamp, 'x-signature': signatureOf(body, timestamp, key === 'right' ? SECRET : 'another-secret') }, query: {} };
  },
};

/** A minimal receiver under test. Its disk outlives each of its lives. */
export async function minimal(behaviour: Behaviour): Promise<Subject & { close(): Promise<void> }> {
  const ledger = await openLedger();
  const disk: Disk = { rows: [] };
  const log: string[] = [];
  const gate = createGate();
  let current: { readonly life: Life; readonly server: Server } | undefined;
  let port = 0;
  const end = async (): Promise<void> => {
    if (current === undefined) return;
    const { life, server } = current;
    current = undefined;
    life.end();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  };
  const start = async (): Promise<void> => {
    const life = begin();
    const server = createReceiver({ behaviour, disk, life, destination: ledger.url, log: (line) => void log.push(line), gate: gate.pass });
    current = { life, server };
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    doors: [door],
    secrets: [],
    ledger,
    start,
    stop: end,
    crash: end,
    freeze: async () => gate.shut(),
    thaw: (waiting) => gate.open(waiting),
    get: async <Answer>(path: string) => (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as Answer,
    traces: async () => [
      { name: 'the log', text: log.join('\n'), holdsEvents: false },
      { name: 'the disk', text: JSON.stringify(disk), holdsEvents: true },
    ],
    async close() {
      await end();
      await ledger.close();
    },
  };
}

/** Requests that wait here go on all in the same turn of the event loop. */
function createGate() {
  let opening: PromiseWithResolvers<void> | undefined;
  let enough: { readonly count: number; readonly reached: () => void } | undefined;
  let waiting = 0;
  return {
    async pass(): Promise<void> {
      if (opening === undefined) return;
      waiting += 1;
      if (waiting === enough?.count) enough.reached();
      await opening.promise;
    },
    shut(): void {
      opening = Promise.withResolvers();
      waiting = 0;
    },
    async open(count: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      enough = { count, reached: resolve };
      if (waiting < count) await promise;
      enough = undefined;
      opening?.resolve();
      opening = undefined;
    },
  };
}

function parcel(body: object): Parcel {
  return { headers: {}, body: Buffer.from(JSON.stringify(body)) };
}
