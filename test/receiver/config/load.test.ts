import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { loadConfig, readConfig } from '../../../receiver/config/load';
import { ConfigError } from '../../../receiver/config/mistakes';
import { parseConfig, parseDestination } from '../../../receiver/config/parse';

const ENVIRONMENT = {
  CHATHOOKS_ADMIN_TOKEN: 'an-admin-token-of-some-length',
  COMETCHAT_PASSWORD: 'cometchat-password',
  SPIKA_SIGNATURE: 'abcdefghijklmnop',
  SCEYT_SECRET: 'sceyt-secret',
  SKILLMINE_KEY: 'skillmine-key',
  CIDAAS_TOTP: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  FORWARD_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};

const INTERFACE_EXAMPLE = `
listen: { host: 127.0.0.1, port: 8080 }
publicUrl: https://hooks.example.com          # for the URLs that it prints and shows
store: sqlite:./data/chathooks.db
admin: { token: \${CHATHOOKS_ADMIN_TOKEN} }
limits: { bodyBytes: 1048576 }
retention: { days: 30 }
sources:
  - { id: support-chat, provider: cometchat, auth: { scheme: basic, username: hook, password: \${COMETCHAT_PASSWORD} } }
  - { id: team-room,    provider: spika,     auth: { scheme: header, name: Verification-Signature, secret: \${SPIKA_SIGNATURE} } }
  - { id: app-chat,     provider: sceyt,     auth: { scheme: hmac, secret: \${SCEYT_SECRET}, header: x-sceyt-signature, algorithm: sha256, encoding: hex } }
  - { id: idp,          provider: skillmine, auth: { scheme: api-key, in: header, name: x-api-key, secret: \${SKILLMINE_KEY} } }
  - { id: idp-eu,       provider: cidaas,    auth: { scheme: totp, in: header, name: x-otp, secret: \${CIDAAS_TOTP} }, validation: strict }
destinations:
  - id: n8n
    url: http://127.0.0.1:5678/webhook/…
    secret: \${FORWARD_SECRET}                 # signs what is forwarded
    events: ["chat.message.*", "identity.**"] # globs over type; default all
    sources: [support-chat]                   # default all
    concurrency: 4
    batch: { max: 100, waitMs: 50 }
    timeoutMs: 15000
    retry: { attempts: 10 }
`;

const MINIMAL = `
admin: { token: a-token-of-twenty-six-chars }
sources:
  - { id: chat, provider: spika, auth: { scheme: header, name: x-signature, secret: a-secret } }
`;

function mistakesOf(text: string, environment = {}): readonly { path: string; line?: number; message: string }[] {
  try {
    readConfig(text, 'chathooks.yaml', environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

function withSource(auth: string): string {
  return `admin: { token: a-token-of-twenty-six-chars }\nsources:\n  - id: chat\n    provider: cidaas\n    auth: ${auth}\n`;
}

describe('the configuration file', () => {
  it('loads the example of the documentation once its variables are set', () => {
    const { config, warnings } = readConfig(INTERFACE_EXAMPLE, 'chathooks.yaml', ENVIRONMENT);
    expect(warnings).toEqual([]);
    expect(config.admin.token).toBe(ENVIRONMENT.CHATHOOKS_ADMIN_TOKEN);
    expect(config.sources.map(({ id, auth }) => [id, auth.scheme])).toEqual([
      ['support-chat', 'basic'],
      ['team-room', 'header'],
      ['app-chat', 'hmac'],
      ['idp', 'api-key'],
      ['idp-eu', 'totp'],
    ]);
    expect(config.sources[0]?.auth).toEqual({ scheme: 'basic', username: 'hook', secrets: ['cometchat-password'] });
    expect(config.sources[4]).toMatchObject({ validation: 'strict', auth: { algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'auto', window: 1 } });
    expect(config.destinations[0]).toMatchObject({ id: 'n8n', secrets: [ENVIRONMENT.FORWARD_SECRET], batch: { max: 100, waitMs: 50 }, retry: { attempts: 10 } });
  });

  it('fills in every default', () => {
    const { config } = readConfig(`${MINIMAL}destinations: [{ id: there, url: "https://example.com/hook" }]`, 'chathooks.yaml', {});
    expect(config).toEqual({
      listen: { host: '127.0.0.1', port: 8080 },
      store: 'sqlite:./data/chathooks.db',
      admin: { token: 'a-token-of-twenty-six-chars' },
      limits: { bodyBytes: 1_048_576, bufferedBytes: 67_108_864, requests: 1024, connections: 4096 },
      retention: { days: 30 },
      privateDestinations: ['localhost'],
      sources: [{ id: 'chat', provider: 'spika', auth: { scheme: 'header', name: 'x-signature', secrets: ['a-secret'] }, validation: 'report', pings: false, redact: true }],
      destinations: [
        { id: 'there', url: 'https://example.com/hook', secrets: [], events: ['**'], concurrency: 4, batch: { max: 1, waitMs: 50 }, timeoutMs: 15_000, order: 'none', retry: { attempts: 10 } },
      ],
    });
  });

  it.each(['sqlite:./hooks.db', 'postgres://user:hunter2@db/hooks', 'postgresql://db/hooks'])('takes the store %j', (store) => {
    expect(readConfig(`${MINIMAL}store: "${store}"`, 'chathooks.yaml', {}).config.store).toBe(store);
  });

  it.each(['sqlite:', 'sqlite::memory:', 'mysql://user:hunter2@db', 'postgres:hooks', './data.db'])('refuses the store %j', (store) => {
    expect(mistakesOf(`${MINIMAL}store: "${store}"`)).toMatchObject([{ path: 'store', message: 'does not fit. Write sqlite:<path> or postgres://user:password@host:5432/database.' }]);
  });

  it('holds all bodies together to one body at least', () => {
    const limitsOf = (limits: string) => readConfig(`${MINIMAL}limits: ${limits}`, 'chathooks.yaml', {}).config.limits;
    expect(limitsOf('{ bodyBytes: 100000000 }').bufferedBytes).toBe(100_000_000);
    expect(limitsOf('{ bodyBytes: 1000, bufferedBytes: 1000 }').bufferedBytes).toBe(1000);
    expect(mistakesOf(`${MINIMAL}limits: { bodyBytes: 1000, bufferedBytes: 999 }`)).toMatchObject([{ path: 'limits.bufferedBytes', message: expect.stringContaining('is less than bodyBytes') }]);
  });

  it('leaves out what is there and undefined', () => {
    const auth = { scheme: 'hmac', secret: 's', header: undefined, prefix: undefined, secrets: undefined };
    const { config } = parseConfig({ publicUrl: 'https://a.example//', sources: [{ id: 'chat', provider: 'sceyt', auth }], destinations: [{ id: 'there', url: 'https://example.com', secret: undefined, sources: undefined }], admin: undefined });
    expect(Object.keys(config)).not.toContain('admin');
    expect(config.publicUrl).toBe('https://a.example');
    expect(Object.keys(config.sources[0]?.auth ?? {}).toSorted()).toEqual(['algorithm', 'encoding', 'scheme', 'secrets']);
    expect(Object.keys(config.destinations[0] ?? {})).not.toEqual(expect.arrayContaining(['sources']));
    expect(config.destinations[0]?.secrets).toEqual([]);
  });

  it('names every mistake at once, each with its path and its line', () => {
    const text = [
      'listen: { port: 70000 }',
      'stroe: sqlite:x',
      'admin: { token: " padded" }',
      'sources:',
      '  - id: a b',
      '    provider: comtchat',
      '    auth: { scheme: basic, username: hook, password: "s3cr3t " }',
      '  - id: two',
      '    provider: sceyt',
      '    auth: { scheme: hmac, secret: ${SCEYT_SECRET} }',
      '  - { id: two, provider: spika, auth: { scheme: none, because: "" } }',
      'destinations:',
      '  - { id: there, url: "ftp://example.com", sources: [three] }',
    ].join('\n');
    expect(mistakesOf(text).map(({ path, line }) => `${line} ${path}`)).toEqual([
      '1 listen.port',
      '2 stroe',
      '3 admin.token',
      '5 sources[0].id',
      '6 sources[0].provider',
      '7 sources[0].auth.password',
      '10 sources[1].auth.secret',
      '11 sources[2].auth.because',
      '11 sources[2].id',
      '13 destinations[0].url',
      '13 destinations[0].sources[0]',
    ]);
    const messages = mistakesOf(text).map(({ message }) => message);
    expect(messages[1]).toContain('Did you mean store?');
    expect(messages[4]).toContain('Did you mean cometchat?');
    expect(messages[6]).toContain('SCEYT_SECRET');
  });

  it('puts every mistake, and no secret, into the message of its error', () => {
    const text = 'admin: { token: " hunter2" }\nsources:\n  - { id: a, provider: spika, auth: { scheme: header, name: x, secret: " hunter3" } }\n  - { id: b, provider: spika, auth: { scheme: header, name: x, secret: hunt, er4 } }\n';
    expect(() => readConfig(text, 'chathooks.yaml', {})).toThrow(/2|3/);
    try {
      readConfig(text, 'chathooks.yaml', {});
    } catch (error) {
      const { message } = error as Error;
      expect(message).toContain('admin.token (line 1)');
      expect(message).toContain('sources[0].auth.secret (line 3)');
      expect(message).toContain('sources[1].auth (line 4)');
      expect(message).not.toMatch(/hunt|er4/);
    }
  });

  it.each([
    ['an unclosed bracket', 'sources: [\n  hunter2\nadmin: { token: x }', /line \d/],
    ['a tab', 'sources:\n\t- hunter2', /line 2.*tab/s],
    ['an alias', 'admin: { token: *hunter2 }', /line 1.*\*/s],
    ['a second colon', 'admin: token: hunter2', /line 1.*quotes/s],
    ['a stray word after a string', 'admin: { token: "x" hunter2 }', /line 1/],
    ['a tag', 'admin: { token: !hunter2 x }', /line 1.*!/s],
  ])('says where the YAML is broken without quoting it: %s', (_, text, expected) => {
    let message = '';
    try {
      readConfig(text, 'chathooks.yaml', {});
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(expected);
    expect(message).not.toContain('hunter2');
  });

  it.each([
    ['', ['']],
    ['- a', ['']],
    ['just text', ['']],
    ['null', ['']],
    ['sources: []', ['sources', 'admin']],
    ['sources: {}', ['sources', 'admin']],
  ])('is refused when it holds something else altogether: %j', (text, paths) => {
    expect(mistakesOf(text).map(({ path }) => path).toSorted()).toEqual([...paths].toSorted());
  });

  it('is missing: the error says how to write one', async () => {
    const error = await loadConfig('/nowhere/chathooks.yaml', {}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'config_missing', message: expect.stringContaining('chathooks init') as string });
  });

  it('is no UTF-8, or no file: the error says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chathooks-config-'));
    try {
      await writeFile(join(folder, 'latin1.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe4]));
      await expect(loadConfig(join(folder, 'latin1.yaml'), {})).rejects.toMatchObject({ code: 'config_unreadable' });
      await expect(loadConfig(folder, {})).rejects.toMatchObject({ code: 'config_unreadable' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the environment in a configuration', () => {
  const secretOf = (auth: string, environment: Record<string, string>): unknown => {
    const auths = readConfig(withSource(auth), 'chathooks.yaml', environment).config.sources[0]?.auth;
    return auths !== undefined && 'secrets' in auths ? auths.secrets[0] : undefined;
  };

  it.each(['{ scheme: api-key, secret: ${KEY} }', '{ scheme: api-key, secret: "${KEY}" }', "{ scheme: api-key, secret: '${KEY}' }", '{ scheme: api-key, secrets: [${KEY}, old] }'])('fills in %s', (auth) => {
    expect(secretOf(auth, { KEY: 'from-the-environment' })).toBe('from-the-environment');
  });

  it.each(['a, admin: { token: evil-evil-evil-evil }', '"quoted": yes', '- x', '#no comment', '${OTHER}', '{}', '12345', 'a\nb', '\u00e9\ue041'])('takes a value as it is, whatever it looks like: %j', (value) => {
    expect(secretOf('{ scheme: api-key, secret: ${KEY} }', { KEY: value, OTHER: 'other' })).toBe(value);
  });

  it.each([
    ['${KEY:-a default, with: yaml}', {}, 'a default, with: yaml'],
    ['${KEY:-fallback}', { KEY: '' }, 'fallback'],
    ['${KEY:-fallback}', { KEY: 'set' }, 'set'],
    ['"before-${KEY}-${OTHER:-x}-after"', { KEY: 'set' }, 'before-set-x-after'],
  ])('understands %s with %j', (written, environment, expected) => {
    expect(secretOf(`{ scheme: api-key, secret: ${written} }`, environment)).toBe(expected);
  });

  it('gives numbers and flags, too', () => {
    const { config } = readConfig(`${MINIMAL}    pings: \${PINGS}\n`.replace('- { id: chat, provider: spika, auth: { scheme: header, name: x-signature, secret: a-secret } }', '- id: chat\n    provider: spika\n    auth: { scheme: header, name: x, secret: a-secret }').concat('listen: { port: ${PORT} }'), 'chathooks.yaml', { PORT: '9000', PINGS: 'true' });
    expect(config.listen.port).toBe(9000);
    expect(config.sources[0]?.pings).toBe(true);
  });

  it.each([
    ['is not set', '${KEY}', {}, /KEY.*not set/],
    ['is empty', '${KEY}', { KEY: '' }, /empty/],
    ['is one of Object', '${constructor}', {}, /not set/],
    ['ends with a line break', '${KEY}', { KEY: 'secret\n' }, /white space/],
    ['has an impossible name', '${1KEY}', {}, /well formed/],
    ['has no name', '${}', {}, /well formed/],
    ['is not ended', '"${KEY"', {}, /without the \}/],
  ])('is named when it %s', (_, written, environment, expected) => {
    const mistakes = mistakesOf(withSource(`{ scheme: api-key, secret: ${written} }`), environment);
    expect(mistakes).toEqual([{ path: 'sources[0].auth.secret', line: 5, message: expect.stringMatching(expected) as string }]);
  });
});

describe('the authentication of a source', () => {
  it.each([
    ['{ scheme: basic, username: a, secrets: [new, old] }', { secrets: ['new', 'old'] }],
    ['{ scheme: header, name: X-Secret, secret: s }', { name: 'X-Secret', secrets: ['s'] }],
    ['{ scheme: api-key, secret: s }', { in: 'header', secrets: ['s'] }],
    ['{ scheme: api-key, in: query, name: api_key, secret: s }', { in: 'query', name: 'api_key' }],
    ['{ scheme: hmac, secret: s }', { algorithm: 'sha256', encoding: 'auto' }],
    ['{ scheme: hmac, secret: s, header: x-sig, algorithm: sha1, encoding: base64, prefix: "sig=" }', { header: 'x-sig', prefix: 'sig=' }],
    ['{ scheme: totp, name: x-otp, secret: totp-key, digits: 8, algorithm: sha512, period: 60, window: 0 }', { in: 'header', digits: 8, periodSeconds: 60, window: 0 }],
    ['{ scheme: oauth2, issuer: "https://idp.example.com/", audience: hooks }', { issuer: 'https://idp.example.com/', scopes: [], audience: 'hooks', algorithm: 'RS256', clockToleranceSeconds: 0 }],
    ['{ scheme: oauth2, issuer: "http://127.0.0.1:9000", scopes: [a], audience: b, jwksUri: "http://localhost:9000/keys" }', { audience: 'b' }],
    ['{ scheme: none, because: "a gateway in front checks it" }', { because: 'a gateway in front checks it' }],
  ])('can be %s', (auth, expected) => {
    expect(readConfig(withSource(auth), 'chathooks.yaml', {}).config.sources[0]?.auth).toMatchObject(expected);
  });

  it.each([
    ['{ scheme: hamc, secret: s }', 'scheme', /hmac/],
    ['{ secret: s }', 'scheme', /missing/],
    ['{ scheme: hmac }', 'secret', /missing/],
    ['{ scheme: hmac, secret: s, secrets: [a] }', 'secrets', /one of the two/],
    ['{ scheme: hmac, secrets: [] }', 'secrets', /at least one/],
    ['{ scheme: hmac, secrets: [a, ""] }', 'secrets[1]', /empty/],
    ['{ scheme: hmac, secret: 0123 }', 'secret', /quotes/],
    ['{ scheme: hmac, secret: }', 'secret', /empty/],
    ['{ scheme: hmac, secret: s, algorithm: md5 }', 'algorithm', /sha256/],
    ['{ scheme: hmac, secret: s, headers: x }', 'headers', /Did you mean header\?/],
    ['{ scheme: basic, username: "a:b", password: s }', 'username', /colon/],
    ['{ scheme: header, secret: s }', 'name', /missing/],
    ['{ scheme: header, name: "x y", secret: s }', 'name', /header/],
    ['{ scheme: api-key, name: "x y", secret: s }', 'name', /header/],
    ['{ scheme: totp, secret: s }', 'name', /missing/],
    ['{ scheme: totp, name: x, secret: s, digits: 9 }', 'digits', /6 to 8/],
    ['{ scheme: totp, name: x, secret: "018!", encoding: base32 }', 'secret', /base32/],
    ['{ scheme: totp, name: x, secrets: [ab, abc], encoding: hex }', 'secrets[1]', /hex/],
    ['{ scheme: oauth2, issuer: "https://idp.example.com" }', 'scopes', /any token/],
    ['{ scheme: oauth2, issuer: "https://idp.example.com", scopes: [] }', 'scopes', /any token/],
    ['{ scheme: oauth2, issuer: "http://idp.example.com", scopes: [a] }', 'issuer', /https/],
    ['{ scheme: oauth2, issuer: "https://a:b@idp.example.com", audience: a }', 'issuer', /user name/],
    ['{ scheme: none }', 'because', /missing/],
    ['{ scheme: none, because: "" }', 'because', /short|empty/],
  ])('can not be %s', (auth, path, expected) => {
    expect(mistakesOf(withSource(auth))).toEqual([{ path: `sources[0].auth.${path}`, line: 5, message: expect.stringMatching(expected) as string }]);
  });
});

describe('a configuration that works and is probably not meant', () => {
  it('gives warnings', () => {
    const { warnings } = readConfig(
      `${MINIMAL}  - { id: open, provider: spika, auth: { scheme: none, because: "a gateway in front checks it" } }\n  - { id: odd, provider: spika, auth: { scheme: totp, name: x, secret: long-enough } }\ndestinations: [{ id: there, url: "http://example.com", events: ["chat.mesage.*", "**"] }]`,
      'chathooks.yaml',
      {},
    );
    expect(warnings.map(({ path }) => path)).toEqual(['sources[1].auth', 'sources[2].auth.scheme', 'destinations[0].events[0]', 'destinations[0]', 'destinations[0].url']);
  });
});

/** Whether the library that destinations use takes a secret without being told how it is written. */
function isTakenByLibrary(secret: string): boolean {
  try {
    return new Webhook(secret) instanceof Webhook;
  } catch {
    return false;
  }
}

it.each([
  ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', true],
  ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', true],
  ['whsec_not base64!', false],
  ['correct horse battery staple', false],
  ['whsec_abc', false],
  ['url-safe_base64_is_none', false],
])('warns of the secret %j of a destination if the library does not take it', (secret, isTaken) => {
  const { warnings } = readConfig(`${MINIMAL}destinations: [{ id: there, url: "https://example.com", secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, "${secret}"] }]`, 'chathooks.yaml', {});
  expect(isTakenByLibrary(secret)).toBe(isTaken);
  expect(warnings).toEqual(isTaken ? [] : [{ path: 'destinations[0]', message: expect.stringMatching(/format: 'raw'.*whsec_/) as string }]);
});

it('refuses an admin token that no header can carry', () => {
  expect(mistakesOf(MINIMAL.replace('a-token-of-twenty-six-chars', '"two\\nlines"'))).toEqual([{ path: 'admin.token', line: expect.any(Number) as number, message: expect.stringContaining('one line') as string }]);
});

it('warns of an admin token that can be guessed', () => {
  const { warnings } = readConfig(MINIMAL.replace('a-token-of-twenty-six-chars', 'guess-me'), 'chathooks.yaml', {});
  expect(warnings).toEqual([{ path: 'admin.token', message: expect.stringContaining('guessed') as string }]);
});

it.each([
  ['sources[1].auth', 'sources', '{ id: two, provider: sceyt, auth: { scheme: hmac, secrets: [long-enough, seven77] } }'],
  ['destinations[0]', 'destinations', '{ id: there, url: "https://example.com", secret: MfKQ9r8 }'],
])('warns of a secret that can be guessed: %s', (path, list, written) => {
  const { warnings } = readConfig(list === 'sources' ? `${MINIMAL}  - ${written}\n` : `${MINIMAL}${list}: [${written}]\n`, 'chathooks.yaml', {});
  expect(warnings).toContainEqual({ path, message: expect.stringContaining('guessed') as string });
  expect(JSON.stringify(warnings)).not.toMatch(/seven77|MfKQ9r8/);
});

describe('a configuration as an object', () => {
  it('may leave out what the API needs', () => {
    const { config } = parseConfig({ sources: [{ id: 'chat', provider: 'cometchat', auth: { scheme: 'basic', username: 'a', password: 'b' } }], store: 'sqlite:./hooks.db' });
    expect(config).toMatchObject({ store: 'sqlite:./hooks.db' });
    expect(config).not.toHaveProperty('admin');
  });

  it.each([undefined, null, 1, 'text', [], {}])('is refused when it is %j', (written) => {
    expect(() => parseConfig(written)).toThrow(ConfigError);
  });

  it('takes no references: those belong to the file', () => {
    const { config } = parseConfig({ sources: [{ id: 'chat', provider: 'spika', auth: { scheme: 'header', name: 'x', secret: '${X}' } }] });
    expect(config.sources[0]?.auth).toMatchObject({ secrets: ['${X}'] });
  });

  it('can be a single destination', () => {
    expect(parseDestination({ id: 'there', url: 'https://example.com' })).toMatchObject({ concurrency: 4, events: ['**'] });
    expect(() => parseDestination({ id: 'there', url: 'https://a:b@example.com' })).toThrow(/user name/);
  });
});
