import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../n8n/support/ports';
import { root } from '../../support/samples';

export const ADMIN_TOKEN = 'bench-admin-token-0123456789';

export interface StartedReceiver {
  readonly url: string;
  stop(): Promise<void>;
}

/** A receiver as `npm start` runs it, with one source and a store in the folder. */
export async function startReceiver(folder: string): Promise<StartedReceiver> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'chathooks.yaml');
  writeFileSync(
    config,
    `listen: { host: 127.0.0.1, port: ${port} }
store: sqlite:${join(folder, 'receiver.db')}
admin: { token: ${ADMIN_TOKEN} }
sources:
  - { id: bench, provider: cometchat, auth: { scheme: basic, username: hook, password: benchpassword } }
`,
  );
  const child = fork(join(root, 'receiver', 'bin', 'chathooks.js'), ['start', '--config', config], {
    execArgv: ['--max-semi-space-size=4'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false)) {
      return {
        url,
        stop: () =>
          new Promise((resolve) => {
            child.once('exit', () => resolve());
            child.kill();
          }),
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The receiver did not become ready.');
}
