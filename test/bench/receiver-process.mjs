// The receiver as `npm start` runs it, in a process of its own, for measuring.
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const bin = join(import.meta.dirname, '..', '..', 'receiver', 'bin', 'chathooks.js');

/**
 * @param folder where its configuration goes.
 * @param yaml the configuration, but for where it listens.
 * @returns the process and its URL, once it is ready.
 */
export async function startReceiver(folder, yaml) {
  const config = join(folder, 'chathooks.yaml');
  const port = await freePort();
  writeFileSync(config, `listen: { host: 127.0.0.1, port: ${port} }\n${yaml}`);
  const child = fork(bin, ['start', '--config', config], {
    // V8 otherwise lets the garbage of deliveries grow to three times 16 MB before it looks.
    execArgv: ['--max-semi-space-size=4'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 100; attempt++) {
    const ready = await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) return { process: child, url };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The receiver did not become ready.');
}

/** Has it finish what is under way. Resolves to its exit code. */
export async function stopReceiver({ process: child }) {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  return exited;
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
