import { Writable } from 'node:stream';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { welcome } from '../../../receiver/cli/welcome';
import { firstConfig } from '../../../receiver/config/first-run';
import { readConfig } from '../../../receiver/config/load';

const { config } = readConfig(firstConfig(randomBytes), 'chathooks.yaml', {});

/** What is printed to a terminal, or to something else. */
function printed(isTerminal: boolean, isFirstRun: boolean, isJson = false, shown = config): string {
  let text = '';
  const stdout = Object.getOwnPropertyDescriptor(process, 'stdout') ?? {};
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  Object.defineProperty(process, 'stdout', { ...stdout, get: () => Object.assign(stream, { isTTY: isTerminal }) });
  try {
    welcome({ config: shown, path: './chathooks.yaml', url: 'http://127.0.0.1:8080', isFirstRun }, isJson);
  } finally {
    Object.defineProperty(process, 'stdout', stdout);
  }
  return text;
}

describe('the welcome', () => {
  it('shows the fresh admin token to a person', () => {
    expect(printed(true, true)).toContain(config.admin.token);
  });

  it.each([[false, true, false], [true, false, false], [false, false, false], [false, true, true], [true, true, true]])('shows it nobody else: terminal %s, first run %s, JSON %s', (isTerminal, isFirstRun, isJson) => {
    const text = printed(isTerminal, isFirstRun, isJson);
    expect(text).not.toContain(config.admin.token);
    if (!isJson) expect(text).toContain('admin.token in ./chathooks.yaml');
    for (const { id } of config.sources) expect(text).toContain(`http://127.0.0.1:8080/hooks/${id}`);
  });

  it('says which store it has, by its whole path, and without the password of a database', () => {
    expect(printed(false, false)).toContain(`Store               ${resolve('data/chathooks.db')}\n`);
    const shown = printed(false, false, true, { ...config, store: 'postgres://me:canary@db.example.com:5433/hooks' });
    expect(JSON.parse(shown)).toMatchObject({ store: 'db.example.com:5433/hooks' });
    expect(shown).not.toContain('canary');
  });

  it('says how to send a test event, and where the inspector is', () => {
    expect(printed(false, true)).toMatch(/chathooks send cometchat \S+ --source cometchat[^]*http:\/\/127\.0\.0\.1:8080\/\n/);
  });
});
