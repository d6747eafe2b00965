import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../../support/samples';
import { ADMIN_TOKEN } from '../../support/running';
import type { Engine } from '../engines';
import { openDoors } from './doors';
import type { ConfiguredDoor } from './doors';
import { openLedger } from './ledger';
import { storeText } from './store-text';
import type { Subject, Trace } from './subject';

export interface ReceiverProcess extends Subject {
  readonly doors: readonly ConfiguredDoor[];
  close(): Promise<void>;
}

/** The program that runs: the built receiver, unless another copy of it is to be judged. */
const PROGRAM = process.env['CHATHOOKS_PROGRAM'] ?? join(root, 'receiver', 'bin', 'chathooks.js');

const FORWARD_SECRET = 'whsec_Y2FuYXJ5LW9mLXRoZS1kZXN0aW5hdGlvbg==';

/** Some hundred times of what it takes, since the machine may be busy. */
const READY_WITHIN_MS = 45_000;

/** The receiver as it is shipped, as a process of its own, on an empty store. */
export async function receiverProcess(engine: Engine): Promise<ReceiverProcess> {
  const [ledger, store, { doors, close: closeDoors }, port] = [await openLedger(), await engine.open(), await openDoors(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'chathooks-conformance-'));
  const config = join(folder, 'chathooks.yaml');
  const url = `http://127.0.0.1:${port}`;
  // Short, since what a dead receiver has under way falls due again when this is over.
  const destination = { id: 'ledger', url: ledger.url, secret: FORWARD_SECRET, concurrency: 2 * doors.length, timeoutMs: 1_000 };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ listen: { port }, store: store.url, admin: { token: ADMIN_TOKEN }, sources: doors.map(({ source }) => source), destinations: [destination] }));
  const output: string[] = [];
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    child = undefined;
    if (ending === undefined) return null;
    if (ending.exitCode !== null || ending.signalCode !== null) return ending.exitCode;
    const exited = once(ending, 'exit') as Promise<[number | null]>;
    ending.kill(signal);
    return (await exited)[0];
  };
  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, [PROGRAM, 'start', '--config', config], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    started.stdout.on('data', (chunk) => output.push(String(chunk)));
    started.stderr.on('data', (chunk) => output.push(String(chunk)));
    child = started;
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await fetch(`${url}/readyz`).then(({ ok }) => ok, () => false))) {
      const isOver = started.exitCode !== null || started.signalCode !== null || Date.now() > deadline;
      if (isOver) throw new Error(`The receiver is not ready. It said: ${output.join('').slice(-2_000)}`);
      await wait(20);
    }
  };
  const read = (path: string): Promise<string> => readPatiently(`${url}${path}`);
  const get = async <Answer>(path: string): Promise<Answer> => JSON.parse(await read(path)) as Answer;
  const close = async (): Promise<void> => {
    // A frozen process hears of no other signal.
    child?.kill('SIGCONT');
    await end('SIGKILL');
    await Promise.all([ledger.close(), closeDoors()]);
    await store.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
  await start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    url,
    doors,
    secrets: [ADMIN_TOKEN, FORWARD_SECRET],
    ledger,
    start,
    async stop() {
      const code = await end('SIGTERM');
      if (code !== 0) throw new Error(`The receiver ended with ${code}: ${output.join('').slice(-2_000)}`);
    },
    crash: async () => void (await end('SIGKILL')),
    freeze: async () => void child?.kill('SIGSTOP'),
    thaw: async () => void child?.kill('SIGCONT'),
    get,
    async traces() {
      const { events } = await get<{ readonly events: readonly { readonly key: string }[] }>('/api/events?limit=500');
      const shown: string[] = [];
      for (const path of [...events.map(({ key }) => `/api/events/${key}`), '/api/events?limit=500', '/api/deliveries']) shown.push(await read(path));
      const said = await Promise.all(['/metrics', '/api/refusals', '/api/sources', '/api/destinations', '/api/openapi.json'].map(read));
      return [
        { name: 'what it printed', text: output.join(''), holdsEvents: false },
        { name: 'metrics, refusals and settings', text: said.join('\n'), holdsEvents: false },
        { name: 'the events that it shows', text: shown.join('\n'), holdsEvents: true },
        { name: 'the store', text: await storeText(store.url), holdsEvents: true },
      ] satisfies readonly Trace[];
    },
    close,
  };
}

/** The API bounds how much is asked of it, and says so. */
async function readPatiently(url: string): Promise<string> {
  for (;;) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    const text = await answer.text();
    if (answer.ok) return text;
    if (!answer.headers.has('retry-after')) throw new Error(`${url} answered ${answer.status}: ${text}`);
    await wait(200);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
