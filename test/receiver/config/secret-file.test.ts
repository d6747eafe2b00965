import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, readConfig } from '../../../receiver/config/load';
import { ConfigError } from '../../../receiver/config/mistakes';

const SECRET = 'the-content-of-the-file';

describe('a secret from a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chathooks-secrets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const written = (secret: string): string => `admin: { token: a-token-of-twenty-six-chars }\nsources:\n  - { id: chat, provider: spika, auth: { scheme: header, name: x-signature, secret: ${secret} } }\n`;
  const secretOf = (secret: string): string => {
    const auth = readConfig(written(secret), join(folder, 'chathooks.yaml'), { NAME: 'from-the-environment' }).config.sources[0]?.auth;
    return auth !== undefined && 'secrets' in auth ? String(auth.secrets[0]) : '';
  };
  const mistakeOf = (secret: string) => {
    try {
      secretOf(secret);
    } catch (error) {
      if (error instanceof ConfigError && error.mistakes.length === 1) return { ...error.mistakes[0], all: error.message };
      throw error;
    }
    throw new Error('There was no mistake.');
  };

  it.each([
    ['nothing behind it', SECRET],
    ['a line break', `${SECRET}\n`],
    ['a line break of Windows', `${SECRET}\r\n`],
    ['a byte order mark before it', `\ufeff${SECRET}\n`],
  ])('is what the file holds, with %s', (_, content) => {
    expect(secretOf(`\${file:${write('secret', content)}}`)).toBe(SECRET);
  });

  it.each(['${file:secret}', '"${file:./secret}"', "'${file:./secret}'", '${file:sub/../secret}'])('is looked for beside the configuration: %s', (reference) => {
    mkdirSync(join(folder, 'sub'));
    write('secret', SECRET);
    expect(secretOf(reference)).toBe(SECRET);
  });

  it('may be a link, as orchestrators mount them, and have an odd name', () => {
    symlinkSync(write('..data: {ü}, #1'.replaceAll('}', ']'), SECRET), join(folder, 'secret'));
    expect(secretOf('${file:secret}')).toBe(SECRET);
    expect(secretOf('"${file:..data: {ü], #1}"')).toBe(SECRET);
  });

  it('may be a part of a value, beside one of the environment', () => {
    write('secret', SECRET);
    expect(secretOf('"${NAME}/${file:secret}"')).toBe(`from-the-environment/${SECRET}`);
  });

  it.each(['${NAME}', '${file:other}', 'a, admin: { token: evil-evil-evil-evil }', '"quoted": yes'])('is taken as it is, whatever it looks like: %j', (content) => {
    write('secret', content);
    expect(secretOf('${file:secret}')).toBe(content);
  });

  it.each([
    ['is not there', '${file:missing}', /missing, which is not there\. Check the path/],
    ['is within a file', '${file:secret/below}', /is not there/],
    ['is a folder', '${file:.}', /is no file/],
    ['is empty', '${file:empty}', /is empty/],
    ['holds a line break alone', '${file:blank}', /is empty/],
    ['is too large', '${file:large}', /larger than 65536 bytes/],
    ['is not text', '${file:binary}', /not UTF-8/],
    ['ends with two line breaks', '${file:two}', /white space/],
    ['has a default', '"${file:missing:-default}"', /does not have/],
    ['has no path', '${file:}', /without its path/],
    ['is not ended', '"${file:secret"', /without the \}/],
  ])('that %s is a mistake at its place', (_, reference, expected) => {
    write('secret', SECRET);
    write('empty', '');
    write('blank', '\n');
    write('two', `${SECRET}\n\n`);
    write('large', SECRET.padEnd(65_537, 'x'));
    write('binary', Buffer.concat([Buffer.from(SECRET), Buffer.of(0xff, 0xfe)]));
    const { path, line, message, all } = mistakeOf(reference);
    expect([path, line, message]).toEqual(['sources[0].auth.secret', 3, expect.stringMatching(expected)]);
    expect(all).not.toContain(SECRET);
  });

  const cannotBeDenied = process.getuid?.() === 0 || process.platform === 'win32';
  (cannotBeDenied ? it.skip : it)('that may not be read is a mistake', () => {
    chmodSync(write('secret', SECRET), 0o000);
    expect(mistakeOf('${file:secret}').message).toMatch(/may not be read by this user/);
  });

  (process.platform === 'win32' ? it.skip : it)('that is a pipe is not waited for', () => {
    expect(spawnSync('mkfifo', [join(folder, 'pipe')]).status).toBe(0);
    expect(mistakeOf('${file:pipe}').message).toMatch(/is no file/);
  });

  it('is read again with each load', async () => {
    const path = write('chathooks.yaml', written('${file:secret}'));
    for (const content of ['the-first-one', 'the-second-one']) {
      write('secret', `${content}\n`);
      expect((await loadConfig(path, {})).config.sources[0]?.auth).toMatchObject({ secrets: [content] });
    }
  });
});
