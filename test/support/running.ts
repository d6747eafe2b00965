import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile } from '../../receiver/config/parse';
import { startServer } from '../../receiver/server';
import type { ServerOptions } from '../../receiver/server';
import type { Log } from '../../receiver/telemetry/log';

export const ADMIN_TOKEN = 'a-token-for-the-tests';

export const BASIC = { scheme: 'basic', username: 'hook', password: 'correct-horse' } as const;

/** `Authorization` for {@link BASIC}. */
export const BASIC_HEADER = `Basic ${Buffer.from('hook:correct-horse').toString('base64')}`;

/** One line of the log, as the receiver wrote it. */
export interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

export interface Running {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly log: readonly LogLine[];
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  api(path: string, init?: RequestInit): Promise<Response>;
  /** Answers of the API, parsed. */
  get<Value>(path: string): Promise<Value>;
  reload(options: object): Promise<void>;
  close(): Promise<void>;
  /** Closes and starts again on the same store. */
  restart(options?: object): Promise<Running>;
}

/**
 * A receiver on a free port with a store of its own. `options` is what a chathooks.yaml says, `admin` and `listen` filled in.
 * @param own what the server is to have of the test's: shorter times, a store that can be held up.
 */
export async function running(options: object, folder = mkdtempSync(join(tmpdir(), 'chathooks-')), own: Omit<ServerOptions, 'log'> = {}): Promise<Running> {
  const config = configOf(options, folder);
  const log: LogLine[] = [];
  const server = await startServer(config, { ...own, log: recorder(log) });
  const closed = { done: false };
  const stop = async (): Promise<void> => {
    if (!closed.done) await server.close();
    closed.done = true;
  };
  const api = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}/api${path}`, { ...init, headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json', ...init.headers } });
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    folder,
    log,
    post: (path, body, headers = {}) =>
      fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body),
      }),
    api,
    get: async <Value>(path: string) => (await (await api(path)).json()) as Value,
    reload: (next) => server.reload(configOf(next, folder)),
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
    async restart(next = options) {
      await stop();
      return running(next, folder, own);
    },
  };
}

function configOf(options: object, folder: string) {
  const written = { listen: { port: 0 }, store: `sqlite:${join(folder, 'store.db')}`, admin: { token: ADMIN_TOKEN }, ...options };
  const checked = checkFile(written);
  if (!checked.ok) throw new Error(checked.mistakes.map(({ at, message }) => `${at.join('.')} ${message}`).join('\n'));
  return checked.config;
}

function recorder(lines: LogLine[]): Log {
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Polls until the condition holds, for at most 15 s: the machine may be busy. */
export async function until<Value>(look: () => Value | undefined | false | Promise<Value | undefined | false>): Promise<Value> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${look.toString().slice(0, 200)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
